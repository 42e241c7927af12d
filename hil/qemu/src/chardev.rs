//! The update link: the bytes of the emulated UART, on a socket.
//!
//! QEMU gets one end of a socket pair when it starts, so there is no path, no name and no moment
//! without a listener. The socket holds some hundred kilobytes in each direction; a device that
//! sends more while nobody reads loses it, as on a wire, and a device that does not read makes the
//! sender wait for a bounded time and then loses the rest.
//!
//! One difference to a wire remains: what a device has not read yet when it resets is still in the
//! socket and reaches whoever runs next.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// Most bytes that one call returns.
const RECEIVE_BYTES: usize = 1 << 16;

/// Our end of the link.
#[derive(Debug)]
pub(crate) struct UpdateLink {
    stream: UnixStream,
}

/// What became of bytes that were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// They are on their way.
    All,
    /// The device did not take them in time; the rest is lost.
    Lost,
}

/// What came within the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// These bytes; none where the time was up.
    Bytes(Vec<u8>),
    /// The other end is closed: QEMU is gone.
    Closed,
}

impl UpdateLink {
    /// The link over this socket.
    pub(crate) fn new(stream: UnixStream) -> Self {
        Self { stream }
    }

    /// Sends bytes.
    pub(crate) async fn send(&mut self, bytes: &[u8], limit: Duration) -> io::Result<Sent> {
        match timeout(limit, self.stream.write_all(bytes)).await {
            Ok(written) => written.map(|()| Sent::All),
            Err(_) => Ok(Sent::Lost),
        }
    }

    /// Waits for bytes, and takes what has come by then.
    pub(crate) async fn receive(&mut self, within: Duration) -> io::Result<Received> {
        let mut bytes = vec![0; RECEIVE_BYTES];
        let Ok(read) = timeout(within, self.stream.read(&mut bytes)).await else {
            return Ok(Received::Bytes(Vec::new()));
        };
        let size_bytes = read?;
        bytes.truncate(size_bytes);
        Ok(if size_bytes == 0 { Received::Closed } else { Received::Bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_MOMENT: Duration = Duration::from_millis(20);

    fn with_link<T>(act: impl AsyncFnOnce(UpdateLink, UnixStream) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
            act(UpdateLink::new(ours), theirs).await
        })
    }

    #[test]
    fn a_silent_device_is_an_empty_answer_after_the_time() {
        let received = with_link(async |mut link, _device| link.receive(A_MOMENT).await.expect("the socket is open"));
        assert_eq!(received, Received::Bytes(Vec::new()));
    }

    #[test]
    fn a_flood_comes_in_bounded_pieces() {
        let sizes = with_link(async |mut link, mut device| {
            let flood = tokio::spawn(async move { device.write_all(&vec![0x55; 1 << 20]).await });
            let mut sizes = Vec::new();
            while let Received::Bytes(bytes) = link.receive(Duration::from_secs(5)).await.expect("the socket is open") {
                sizes.push(bytes.len());
            }
            flood.await.expect("no panic").expect("the socket was open");
            sizes
        });
        assert_eq!(sizes.iter().sum::<usize>(), 1 << 20);
        assert!(sizes.iter().all(|size| (1..=RECEIVE_BYTES).contains(size)));
    }

    #[test]
    fn a_deaf_device_loses_bytes_and_does_not_hang_the_sender() {
        let sent = with_link(async |mut link, _device| {
            link.send(&vec![0; 64 << 20], A_MOMENT).await.expect("the socket is open")
        });
        assert_eq!(sent, Sent::Lost);
    }

    #[test]
    fn a_closed_end_is_told_from_silence() {
        let received = with_link(async |mut link, device| {
            drop(device);
            link.receive(A_MOMENT).await.expect("closing is no error")
        });
        assert_eq!(received, Received::Closed);
    }
}
