//! Plain HTTP stays on this machine, whatever `localhost` resolves to.
//!
//! The first link of the connector chain: it looks at the addresses that will be tried, so a
//! hosts file or a name server cannot turn `localhost` into somebody else's machine.

use ureq::Error;
use ureq::unversioned::transport::{ConnectionDetails, Connector, Transport};

/// Refuses to connect elsewhere if `required`.
#[derive(Debug)]
pub(super) struct LoopbackOnly {
    pub(super) required: bool,
}

impl<In: Transport> Connector<In> for LoopbackOnly {
    type Out = In;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<In>, Error> {
        if self.required
            && !details
                .addrs
                .iter()
                .all(|address| address.ip().is_loopback())
        {
            return Err(Error::Other(
                "plain http, and localhost is another machine".into(),
            ));
        }
        Ok(chained)
    }
}
