//! The tests.

mod choosing;
mod found;
mod nextest;
mod nothing;
mod providers;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

type Test = (&'static str, fn());

/// Those of a module, by their names in it.
macro_rules! tests {
    ($($module:ident: $($name:ident),+;)+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name as fn())),+),+]
    };
}

const TESTS: &[Test] = tests! {
    choosing: each_interaction_is_a_test_with_a_name, listing_starts_nothing,
        a_name_or_a_part_of_it_chooses, names_are_of_one_line;
    found: a_failure_is_shown_as_a_person_reads_it, what_could_not_be_verified_fails,
        a_pending_interaction_does_not_fail, what_is_not_understood_fails,
        warnings_are_said_of_what_passes;
    nothing: no_pact_is_an_error_whatever_was_chosen, a_place_that_is_none_is_an_error;
    providers: stateless_in_parallel_then_one_after_another, a_process_is_started_once_and_stopped,
        a_killed_program_leaves_no_process, a_process_that_does_not_start_is_said_once,
        what_ends_while_it_is_served_is_said, processes_wait_for_each_other,
        a_thousand_interactions_pass;
};

pub fn run() -> ExitCode {
    let tests = TESTS.iter().map(|&(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    let tests = tests.chain([Trial::ignorable_test(
        "nextest::each_test_is_a_process",
        nextest,
    )]);
    libtest_mimic::run(&Arguments::from_args(), tests.collect()).exit_code()
}

fn nextest() -> Result<Completion, Failed> {
    if !nextest::is_there() {
        return Ok(Completion::ignored_with("cargo nextest is not installed"));
    }
    nextest::each_test_is_a_process();
    Ok(Completion::Completed)
}
