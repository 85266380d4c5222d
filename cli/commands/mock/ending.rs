use crate::failure::Result;
use crate::mock::parent::Parent;
use crate::stop_signal::StopSignal;

/// What ends the command from outside.
#[derive(Debug)]
pub struct Ending {
    signal: StopSignal,
    parent: Option<Parent>,
}

impl Ending {
    /// Listens from now on.
    pub fn listen(until_parent_exits: bool) -> Result<Self> {
        Ok(Self {
            parent: until_parent_exits.then(Parent::current),
            signal: StopSignal::listen()?,
        })
    }

    /// Waits for it, and names the signal that it is or counts as.
    pub async fn received(&mut self) -> &'static str {
        let Some(parent) = self.parent else {
            return self.signal.received().await;
        };
        tokio::select! {
            name = self.signal.received() => name,
            () = parent.ended() => {
                // It ends once.
                self.parent = None;
                "SIGTERM"
            }
        }
    }
}
