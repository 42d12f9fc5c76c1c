//! Listening, accepting, limits, and an end in good order.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, Method};
use axum::middleware::{self, Next};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tidewaiter_service::Service;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tower::ServiceExt as _;

use crate::app::App;
use crate::door::{ClientCertificate, Peer};
use crate::tls::{self, TlsError};
use crate::{api, log, workers};

/// So many connections at a time; more are closed at once.
const CONNECTIONS: usize = 1024;
/// Within this time a connection has spoken TLS, and every request its headers.
const GREETING: Duration = Duration::from_secs(10);
/// So long requests may take to end when the service stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// Headers of a request together.
const HEADERS_MOST: usize = 32 << 10;

/// How it is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Plain HTTP instead of TLS: on loopback only.
    pub is_plain: bool,
    /// Certificate and key in PEM; made at the first start when none are given.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The certificates, in PEM, of those who sign the certificates of machines. With them, whoever
    /// shows a certificate must show one that they signed; nobody need show one.
    pub client_authority: Option<PathBuf>,
    /// Where a certificate that is made lies.
    pub tls_folder: PathBuf,
    /// What the server is called, for a certificate that is made.
    pub names: Vec<String>,
    /// Threads that do the jobs.
    pub workers: usize,
    /// How many bytes a list may have that is proposed: so many are held in memory for each of the two
    /// that are read at a time.
    pub list_most: usize,
}

/// Why it is not served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The evaluation profile is for this machine alone.
    #[error("the evaluation profile gives complete rights: it is served on loopback only")]
    EvaluationOutside,
    /// Certificates of machines without TLS.
    #[error("certificates of machines are shown under TLS only")]
    PlainCertificates,
    /// Without TLS, on another address than loopback.
    #[error("plain HTTP is served on loopback only")]
    PlainOutside,
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The network, or threads.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A server that listens.
pub struct Server {
    app: Arc<App>,
    listener: std::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    workers: usize,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({:?})", self.listener)
    }
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// When the address may not be served or is taken, or there is no certificate.
    pub fn open(service: Arc<Service>, options: &Options) -> Result<Self, ServeError> {
        let is_loopback = options.listen.ip().is_loopback();
        if service.mandate().is_evaluation() && !is_loopback {
            return Err(ServeError::EvaluationOutside);
        }
        if options.is_plain && !is_loopback {
            return Err(ServeError::PlainOutside);
        }
        if options.is_plain && options.client_authority.is_some() {
            return Err(ServeError::PlainCertificates);
        }
        let tls = (!options.is_plain)
            .then(|| {
                let names = options.names.clone();
                tls::configuration(
                    options.certificate.as_ref(),
                    &options.tls_folder,
                    names,
                    options.client_authority.as_deref(),
                )
            })
            .transpose()?;
        let listener = std::net::TcpListener::bind(options.listen)?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            app: Arc::new(App::new(service, tls.is_some(), options.list_most)),
            listener,
            tls,
            workers: options.workers.max(1),
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the process is told to stop (SIGINT, SIGTERM) or `stop` says so; then lets
    /// requests and jobs end. Blocks.
    ///
    /// # Errors
    ///
    /// When threads cannot be made.
    pub fn run(self, stop: watch::Receiver<bool>) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("connections")
            .build()?;
        let threads = workers::start(&self.app, self.workers)?;
        let app = Arc::clone(&self.app);
        let served = runtime.block_on(self.serve(stop));
        app.stopping.store(true, Ordering::Relaxed);
        for thread in threads {
            join(thread);
        }
        runtime.shutdown_timeout(FAREWELL);
        Ok(served?)
    }

    async fn serve(self, stop: watch::Receiver<bool>) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        let router = router(&self.app);
        let acceptor = self.tls.map(TlsAcceptor::from);
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let (ending, ends) = watch::channel(false);
        let mut stopped = std::pin::pin!(told_to_stop(stop));
        loop {
            let (stream, peer) = tokio::select! {
                () = &mut stopped => break,
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of file descriptors, or a peer that was gone at once.
                        log::line("warning", "accept", json!({"error": error.to_string()}));
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        continue;
                    }
                },
            };
            let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else {
                continue;
            };
            let (router, acceptor, ends) = (router.clone(), acceptor.clone(), ends.clone());
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                match acceptor {
                    None => connection(stream, (peer, None), router, ends).await,
                    Some(acceptor) => {
                        let greeting = tokio::time::timeout(GREETING, acceptor.accept(stream));
                        if let Ok(Ok(stream)) = greeting.await {
                            let shown = stream.get_ref().1.peer_certificates();
                            let first = shown.and_then(|chain| chain.first());
                            let shown =
                                first.map(|one| ClientCertificate(Sha256::digest(one).into()));
                            connection(stream, (peer, shown), router, ends).await;
                        }
                    }
                }
                drop(permit);
            });
        }
        // Events and workers first: they would keep their connections and claim more.
        self.app.stopping.store(true, Ordering::Relaxed);
        self.app.events.send_modify(|_| {});
        let _ = ending.send(true);
        let everybody = connections.acquire_many(CONNECTIONS as u32);
        let _ = tokio::time::timeout(FAREWELL, everybody).await;
        Ok(())
    }
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        log::line("error", "a worker failed", json!({}));
    }
}

/// Serves one connection until it ends, or the service does and its request is over.
async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    (peer, shown): (SocketAddr, Option<ClientCertificate>),
    router: Router,
    mut ends: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        if let Some(shown) = shown {
            request.extensions_mut().insert(shown);
        }
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(GREETING)
        .max_buf_size(HEADERS_MOST.max(8192))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let end = async {
        // What the watch lends is given back at once: nothing is held across a pause.
        let _ = ends.wait_for(|ends| *ends).await;
    };
    // What a peer does wrong on its own connection is its own affair.
    tokio::select! {
        _ = &mut connection => {}
        () = end => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn told_to_stop(mut stop: watch::Receiver<bool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    let told = async {
        // Whoever holds the other end may let it go: that is no reason to stop.
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
        () = told => {}
    }
}

/// All routes, with what happens to every request.
fn router(app: &Arc<App>) -> Router {
    let (routes, _) = api::routes();
    routes
        .merge(crate::plain::routes())
        .route("/api/openapi.json", axum::routing::get(api::description))
        .fallback(api::no_such_path)
        .method_not_allowed_fallback(api::no_such_method)
        .layer(middleware::from_fn_with_state(Arc::clone(app), around))
        .with_state(Arc::clone(app))
}

/// Headers that every answer has.
const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Counts and logs a request by its route, and says how its answer may be used.
async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        _ => "other",
    };
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    app.metrics.served(&route, method, status, took);
    let noteworthy = status >= 400 || !matches!(route.as_str(), "/health" | "/metrics");
    if noteworthy {
        let level = if status >= 500 { "error" } else { "info" };
        let ms = took.as_secs_f64() * 1000.0;
        let facts = json!({"route": route, "method": method, "status": status, "ms": ms});
        log::line(level, "request", facts);
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    if app.is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert("strict-transport-security", year);
    }
    response
}
