//! The body of an answer, which may break off.

use std::io::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// A body that is sent as a whole, or of which only the beginning arrives.
#[derive(Debug, Default)]
pub(crate) struct Payload {
    bytes: Bytes,
    broken: bool,
    /// Did what is sent have the time to leave?
    sent: bool,
}

impl<T: Into<Bytes>> From<T> for Payload {
    fn from(bytes: T) -> Payload {
        Payload {
            bytes: bytes.into(),
            broken: false,
            sent: false,
        }
    }
}

impl Payload {
    /// The first half of it. Then the connection is dropped.
    pub(crate) fn half(self) -> Payload {
        Payload {
            bytes: self.bytes.slice(..self.bytes.len() / 2),
            broken: true,
            sent: false,
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let bytes = std::mem::take(&mut self.bytes);
        if !bytes.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !self.broken {
            return Poll::Ready(None);
        }
        if !self.sent {
            // Whoever waits for more sends first what it has.
            self.sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Error::other("broken off on demand"))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && !self.broken
    }

    fn size_hint(&self) -> SizeHint {
        if self.broken {
            // Of what is announced all must be sent, so nothing is.
            SizeHint::default()
        } else {
            SizeHint::with_exact(self.bytes.len() as u64)
        }
    }
}
