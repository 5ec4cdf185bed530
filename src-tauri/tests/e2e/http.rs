//! The least of HTTP: for servers that only hand out tokens.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Reads a request and answers it with JSON.
pub(crate) async fn answer(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let _length = stream.read(&mut request).await?;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await
}

/// Answers every request with what `body` gives; the address.
pub(crate) async fn serve(body: impl Fn() -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            answer(&mut stream, &body()).await.unwrap();
        }
    });
    address
}
