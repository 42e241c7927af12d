//! QEMU's control connection: one question, one answer.
//!
//! QMP sends a JSON object per line: a greeting first, then answers to commands and, in between,
//! events that nobody here waits for (QEMU's manual, "QEMU Machine Protocol Specification"). Only
//! the few commands that measure and stop a machine are used. Whoever calls bounds the time.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// Longest line that is read, in bytes. Answers here are a few kilobytes.
const LINE_BYTES: u64 = 1 << 20;

/// A control connection whose greeting is over.
#[derive(Debug)]
pub(crate) struct Qmp {
    stream: BufReader<UnixStream>,
}

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QmpError {
    /// QEMU closed the connection: it is gone.
    #[error("the control connection is closed")]
    Closed,
    /// The connection broke.
    #[error("the control connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// QEMU said no.
    #[error("`{command}` was refused: {description}")]
    Refused {
        /// The command.
        command: String,
        /// What QEMU gave as the reason.
        description: String,
    },
    /// What came is not QMP.
    #[error("the control connection carried something else than QMP")]
    NotQmp,
}

impl Qmp {
    /// Reads the greeting and enters command mode.
    pub(crate) async fn open(stream: UnixStream) -> Result<Self, QmpError> {
        let mut qmp = Self { stream: BufReader::new(stream) };
        let greeting = qmp.line().await?;
        if greeting.get("QMP").is_none() {
            return Err(QmpError::NotQmp);
        }
        qmp.execute("qmp_capabilities", json!({})).await?;
        Ok(qmp)
    }

    /// Carries out a command and returns its answer.
    pub(crate) async fn execute(&mut self, command: &str, arguments: Value) -> Result<Value, QmpError> {
        let mut line = json!({ "execute": command, "arguments": arguments }).to_string();
        line.push('\n');
        self.stream.get_mut().write_all(line.as_bytes()).await?;
        loop {
            let mut answer = self.line().await?;
            if let Some(error) = answer.get("error") {
                let description = error.get("desc").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
                return Err(QmpError::Refused { command: command.to_owned(), description });
            }
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            if answer.get("event").is_none() {
                return Err(QmpError::NotQmp);
            }
        }
    }

    async fn line(&mut self) -> Result<Value, QmpError> {
        let mut line = Vec::new();
        let read_bytes = (&mut self.stream).take(LINE_BYTES).read_until(b'\n', &mut line).await?;
        if read_bytes == 0 {
            return Err(QmpError::Closed);
        }
        serde_json::from_slice(&line).map_err(|_| QmpError::NotQmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREETING: &str = "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\n";

    /// Plays a QEMU that says these lines, and asks it `stop`.
    fn ask(says: &str) -> Result<Value, QmpError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (ours, mut theirs) = UnixStream::pair().expect("a pair of sockets");
            theirs.write_all(says.as_bytes()).await.expect("the socket takes a few lines");
            theirs.shutdown().await.expect("it was open");
            let mut qmp = Qmp::open(ours).await?;
            qmp.execute("stop", json!({})).await
        })
    }

    #[test]
    fn events_between_question_and_answer_are_passed_over() {
        let says = format!(
            "{GREETING}{{\"return\": {{}}}}\n{{\"timestamp\": {{}}, \"event\": \"STOP\"}}\n{{\"return\": {{\"status\": 1}}}}\n"
        );
        assert_eq!(ask(&says).expect("it answered"), json!({ "status": 1 }));
    }

    #[test]
    fn a_refusal_carries_the_reason() {
        let says = format!(
            "{GREETING}{{\"return\": {{}}}}\n{{\"error\": {{\"class\": \"GenericError\", \"desc\": \"not now\"}}}}\n"
        );
        let error = ask(&says).expect_err("it refused");
        assert_eq!(error.to_string(), "`stop` was refused: not now");
    }

    #[test]
    fn an_end_in_the_middle_is_told_from_an_answer() {
        assert!(matches!(ask(""), Err(QmpError::Closed)));
        assert!(matches!(ask(GREETING), Err(QmpError::Closed)));
    }

    #[test]
    fn a_stranger_on_the_line_is_not_believed() {
        assert!(matches!(ask("220 mail.example.org\r\n"), Err(QmpError::NotQmp)));
        assert!(matches!(ask("{\"return\": {}}\n"), Err(QmpError::NotQmp)));
        let says = format!("{GREETING}{{\"return\": {{}}}}\n[1]\n");
        assert!(matches!(ask(&says), Err(QmpError::NotQmp)));
    }
}
