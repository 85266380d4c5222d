//! How far it is, on a terminal.

use std::fs::OpenOptions;
use std::io::Read;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{order, provider, workshop};

/// What a terminal of 80 columns gets on stderr.
fn on_a_terminal(prepare: impl FnOnce(&mut std::process::Command), further: &[&str]) -> String {
    let workshop = workshop(&[order(7), order(8)]);
    let start = provider(&workshop, &[order(7)]);
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let inside = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap());
    let inside = inside.unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&inside, size).unwrap();
    let verify = ["verify", "web-orders.json", "--start", &start];
    let mut command = workshop.command(&[&verify[..], further].concat());
    command.env("TERM", "xterm").env_remove("CI");
    command.stdout(Stdio::null()).stderr(inside);
    prepare(&mut command);
    let mut running = command.spawn().unwrap();
    // Only the command is to hold the terminal: reading ends with it.
    drop(command);
    let mut shown = Vec::new();
    // The end of a terminal is an error (EIO).
    let _ = std::fs::File::from(terminal).read_to_end(&mut shown);
    assert_eq!(running.wait().unwrap().code(), Some(1));
    String::from_utf8(shown).unwrap()
}

#[test]
fn a_bar_is_shown_and_taken_away() {
    let shown = on_a_terminal(|_| {}, &[]);
    assert!(shown.contains("━"), "{shown:?}");
    assert!(shown.contains("/2 "), "{shown:?}");
    // The line is cleared at last.
    let end = shown.trim_end().rsplit('\r').next().unwrap();
    assert!(!end.contains('━'), "{shown:?}");
}

#[test]
fn there_is_no_bar_where_no_colours_are() {
    for (shown, why) in [
        (
            on_a_terminal(
                |command| {
                    command.env("NO_COLOR", "1");
                },
                &[],
            ),
            "NO_COLOR",
        ),
        (
            on_a_terminal(
                |command| {
                    command.env("TERM", "dumb");
                },
                &[],
            ),
            "dumb",
        ),
        (
            on_a_terminal(|_| {}, &["--color", "never"]),
            "--color never",
        ),
    ] {
        assert!(
            !shown.contains('━') && !shown.contains('\u{1b}'),
            "{why}: {shown:?}"
        );
    }
    let between_lines = on_a_terminal(|_| {}, &["-v"]);
    assert!(!between_lines.contains('━'), "{between_lines:?}");
}

#[test]
fn there_is_no_bar_where_no_terminal_is() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            &start,
            "--color",
            "always",
        ])
        .exits(0)
        .does_not_say("━");
}
