//! Who may use the provider at the same time.

use std::fs::File;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Interactions without provider states are verified together, those with states alone.
/// Who is alone waits until nobody is there, and keeps nobody from joining meanwhile.
#[derive(Debug, Default)]
pub(super) struct Turns {
    there: Mutex<There>,
    left: Condvar,
    /// Whether other processes of this test program use the same provider.
    shared_with_processes: bool,
}

/// Who uses the provider.
#[derive(Debug, Default)]
struct There {
    together: usize,
    alone: bool,
}

impl Turns {
    pub(super) fn new(shared_with_processes: bool) -> Self {
        Self {
            shared_with_processes,
            ..Self::default()
        }
    }

    /// Does it when it may be done.
    pub(super) fn take<T>(&self, alone: bool, work: impl FnOnce() -> T) -> io::Result<T> {
        let _turn = self.enter(alone);
        let _elsewhere = match self.shared_with_processes {
            true => Some(lock_program(alone)?),
            false => None,
        };
        Ok(work())
    }

    fn enter(&self, alone: bool) -> Turn<'_> {
        let must_wait = |there: &mut There| there.alone || (alone && there.together > 0);
        let there = self.left.wait_while(self.there(), must_wait);
        let mut there = there.unwrap_or_else(PoisonError::into_inner);
        match alone {
            true => there.alone = true,
            false => there.together += 1,
        }
        Turn { turns: self, alone }
    }

    fn there(&self) -> MutexGuard<'_, There> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose turn it is, also if the work panics.
struct Turn<'t> {
    turns: &'t Turns,
    alone: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut there = self.turns.there();
        match self.alone {
            true => there.alone = false,
            false => there.together -= 1,
        }
        self.turns.left.notify_all();
    }
}

/// The program's own file is what all of its processes have in common, and nothing has to
/// be left behind. The lock ends with the file's handle.
fn lock_program(alone: bool) -> io::Result<File> {
    let program = File::open(std::env::current_exe()?)?;
    match alone {
        true => program.lock()?,
        false => program.lock_shared()?,
    }
    Ok(program)
}
