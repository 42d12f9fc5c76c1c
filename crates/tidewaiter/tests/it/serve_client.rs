//! What tests of `serve` share: the binary serving, people who are signed in, a carrier's machine.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::data::Place;

/// The binary, serving.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) passwords: Vec<(String, String)>,
    pub(crate) log: Arc<Mutex<String>>,
    pub(crate) transcript: Mutex<String>,
}

impl Served {
    pub(crate) fn start(place: &Place) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidewaiter"))
            .args(["serve", "--data", &place.at("D"), "--plain-http"])
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut passwords, mut address) = (Vec::new(), String::new());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let heard = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|read| read > 0) {
                heard.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        while address.is_empty() {
            let line = lines.next().unwrap_or_else(|| {
                panic!("it does not serve: {}", log.lock().unwrap());
            });
            let line = line.unwrap();
            if let Some(url) = line.strip_prefix("listening on http://") {
                address = url.trim_end_matches('/').to_owned();
            } else if let Some((account, password)) = line.rsplit_once(": ") {
                let name = account.split(' ').nth(1).unwrap();
                passwords.push((name.to_owned(), password.to_owned()));
            }
        }
        Self {
            child,
            address,
            passwords,
            log,
            transcript: Mutex::default(),
        }
    }

    pub(crate) fn tell(&self, text: &str) {
        let _ = writeln!(self.transcript.lock().unwrap(), "{text}");
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n");
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let _ = write!(head, "content-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        // A body that is refused may meet a closed door.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    pub(crate) fn sign_in(&self, name: &str) -> User<'_> {
        let password = &self.passwords.iter().find(|(n, _)| n == name).unwrap().1;
        self.sign_in_with(name, password)
    }

    pub(crate) fn sign_in_with(&self, name: &str, password: &str) -> User<'_> {
        let body = json!({"name": name, "password": password}).to_string();
        let json = [("content-type", "application/json")];
        let answer = self.ask("POST", "/api/v1/session", &json, body.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
        User {
            served: self,
            cookie: cookie.split(';').next().unwrap().to_owned(),
            csrf: answer.json()["csrf"].as_str().unwrap().to_owned(),
            purpose: None,
        }
    }

    /// Ends it in good order; its exit status.
    pub(crate) fn stop(mut self) -> (Option<i32>, String, String) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        let code = self.child.wait().unwrap().code();
        let log = self.log.lock().unwrap().clone();
        let transcript = std::mem::take(&mut *self.transcript.lock().unwrap());
        (code, log, transcript)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("an answer has a head"));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap()[9..12].parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let body = bytes[end + 4..].to_vec();
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

/// Somebody who is signed in.
pub(crate) struct User<'a> {
    pub(crate) served: &'a Served,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
    /// For which purpose of the mandate, where it has several.
    pub(crate) purpose: Option<&'static str>,
}

impl User<'_> {
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut headers = vec![
            ("cookie", self.cookie.as_str()),
            ("x-csrf-token", &self.csrf),
            ("content-type", "application/json"),
        ];
        if let Some(purpose) = self.purpose {
            headers.extend([("purpose", purpose), ("reason", "a night shift")]);
        }
        headers.extend(more);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let path = format!("/api/v1{path}");
        self.served.ask(method, &path, &headers, body.as_bytes())
    }

    /// Sends a file as it is.
    pub(crate) fn send_file(&self, path: &str, bytes: &[u8]) -> Answer {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("x-csrf-token", &self.csrf),
            ("content-type", "application/octet-stream"),
        ];
        let path = format!("/api/v1{path}");
        self.served.ask("POST", &path, &headers, bytes)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &Value::Null)
    }

    /// A step of a hit as it stands now.
    pub(crate) fn step(&self, hit: &str, path: &str, body: &Value) -> Answer {
        let seen = self.get(&format!("/hits/{hit}"));
        assert_eq!(seen.status, 200, "{}", seen.text());
        let tag = seen.header("etag").unwrap().to_owned();
        self.send(
            "POST",
            &format!("/hits/{hit}/{path}"),
            &[("if-match", &tag)],
            body,
        )
    }

    /// The same, told in the transcript as done by `who`.
    pub(crate) fn told_step(&self, who: &str, hit: &str, path: &str, body: &Value) -> Answer {
        let answer = self.step(hit, path, body);
        self.served.tell(&format!(
            "{who}: `POST /api/v1/hits/…/{path}` `{body}` answers {} `{}`\n",
            answer.status,
            answer.text()
        ));
        answer
    }

    pub(crate) fn review(&self, hit: &str, body: Value) -> Answer {
        self.step(hit, "review", &body)
    }

    pub(crate) fn open_hits(&self) -> Vec<Value> {
        let answer = self.get("/hits");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["hits"].as_array().unwrap().clone()
    }
}

/// A carrier's machine that takes directives, and acknowledges them at once.
pub(crate) struct Carrier {
    pub(crate) address: String,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

impl Carrier {
    pub(crate) fn start() -> Self {
        Self::answering(|message| message.replace("BGM+132", "BGM+312"))
    }

    /// One that takes directives and says nothing about them.
    pub(crate) fn silent() -> Self {
        Self::answering(|_| String::new())
    }

    fn answering(answer: fn(&str) -> String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/directives", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                while !bytes.windows(4).any(|w| w == b"UNZ+") || !bytes.ends_with(b"'") {
                    match stream.read(&mut buffer) {
                        Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let message = text[text.find("UNB").or(text.find("UNA")).unwrap()..].to_owned();
                let answer = answer(&message);
                heard.lock().unwrap().push(message);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{answer}",
                    answer.len()
                );
            }
        });
        Self { address, told }
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}
