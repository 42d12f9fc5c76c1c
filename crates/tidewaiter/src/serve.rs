//! `serve`: the service with its workers, over the network.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use tidewaiter_web::{Options, Server};

use crate::data::{MakingOptions, Trouble};
use crate::exit::Exit;
use crate::lists::complain;

/// Serve carriers and officers over the network, until told to stop (Ctrl-C)
///
/// The first start prints the credentials of the first accounts, once. HTTPS with a certificate of
/// its own, unless one is given. The evaluation profile is served on loopback only. Exit status: 0
/// stopped when told to; 2 wrong usage, or it cannot be served.
#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    data: MakingOptions,

    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,

    /// Plain HTTP instead of HTTPS; on loopback only
    #[arg(long)]
    plain_http: bool,

    /// The certificate, in PEM, with those that signed it [default: one made at the first start]
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,

    /// Its key, in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,

    /// The certificates, in PEM, of those who sign the certificates of machines: a machine that is
    /// known by its certificate needs no key
    #[arg(long, value_name = "FILE")]
    client_authority: Option<PathBuf>,

    /// What the server is called, for a certificate that is made [default: localhost and the
    /// address]
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,

    /// How large a list may be that is proposed over the network, in mebibytes
    #[arg(long, value_name = "MIB", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=4096))]
    list_most: u32,

    /// Threads that read and screen
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,
}

pub(crate) fn run(options: &ServeOptions) -> Exit {
    match serve(options) {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

fn serve(options: &ServeOptions) -> Result<(), Trouble> {
    let folder = options.data.folder(Timestamp::now())?;
    let service = Arc::new(folder.service()?);
    let names = if options.names.is_empty() {
        vec!["localhost".to_owned(), options.listen.ip().to_string()]
    } else {
        options.names.clone()
    };
    let says = |error: &dyn std::fmt::Display| Trouble::Says(error.to_string());
    let server = Server::open(
        Arc::clone(&service),
        &Options {
            listen: options.listen,
            is_plain: options.plain_http,
            certificate: options.certificate.clone().zip(options.key.clone()),
            client_authority: options.client_authority.clone(),
            tls_folder: folder.path().join("tls"),
            names,
            workers: options.workers,
            list_most: (options.list_most as usize) << 20,
        },
    )
    .map_err(|error| says(&error))?;
    // Only a server that will run has given anybody a password.
    let credentials = service.first_credentials().map_err(|error| says(&error))?;
    for credential in &credentials {
        say(&format!(
            "account {} ({}): {}",
            credential.name,
            credential.role,
            credential.password.reveal()
        ));
    }
    if !credentials.is_empty() {
        complain("these passwords are shown this once: nobody can show them again");
    }
    let scheme = if options.plain_http { "http" } else { "https" };
    let address = server.address().map_err(|error| says(&error))?;
    say(&format!("listening on {scheme}://{address}/"));
    // Nobody holds the other end: it stops when the process is told to.
    let (_stop, told) = tokio::sync::watch::channel(false);
    server.run(told).map_err(|error| says(&error))?;
    folder.sign_log(&service)
}

/// A line on standard output, at once: a program that starts this one waits for it.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Whoever does not listen misses it; the service goes on.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
