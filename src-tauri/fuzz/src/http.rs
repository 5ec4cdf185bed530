//! One request, one answer, one connection.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MOST_HEAD: usize = 16 * 1024;

/// Asks the service on this port; gives the status and the body. `headers` are whole lines.
///
/// # Errors
/// When the connection ends too early.
pub async fn get(port: u16, path: &str, headers: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let (head, mut body) = head(&mut stream).await?;
    stream.read_to_end(&mut body).await?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

/// The head of an answer, and what came with it of the rest.
pub(crate) async fn head(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if bytes.len() > MOST_HEAD || stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(at + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
    }
}

/// Bytes as an URL may have them, the rest escaped: they mean the same.
pub fn in_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"=&%+-_.,:[]{}~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// What of these bytes may stand in a header, without the spaces at its ends, which mean nothing there.
pub fn in_header(bytes: &[u8]) -> String {
    let visible = bytes.iter().filter(|byte| (b' '..=b'~').contains(byte));
    visible.map(|byte| char::from(*byte)).collect::<String>().trim().to_owned()
}
