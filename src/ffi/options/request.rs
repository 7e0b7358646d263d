//! `aws_s3_meta_request_options`: from the caller's struct to a [`Spec`].
//!
//! The checks run in the order in which their errors are promised; the first one that fails decides. A failed call
//! leaves nothing behind, except what is documented: a `Host` header already written, a receive file already made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::checksum::checksum_settings;
use super::endpoint::origin;
use super::signing_config;
use super::text::{decimal, has_part_number};
use crate::abi::*;
use crate::body::{FileSink, FileSinkOptions, Leftover, RecvMode, Source};
use crate::checksum::{Location, Settings as ChecksumSettings};
use crate::client::{Client, Settings};
use crate::crt::{self, AsyncInputStream, Message, Uri};
use crate::error::{Code, Error, Result};
use crate::ffi::argument::{self, number, tribool, truth};
use crate::ffi::handle;
use crate::net::{RequestHead, framing};
use crate::operation::plan::{self, MIN_UPLOAD_PART_BYTES};
use crate::operation::{
    Feature, FileIo, Kind, PartSizes, ReceiveFile, ResumeToken, Sink, Spec, UserAgent, parse_range,
};
use crate::pool::CallerBuffer;
use crate::request::{Operation, RequestKind};
use crate::sign::{Algorithm, Bucket, SessionSource, SigningConfig, Wanted};

/// Uploads larger than this stream their file by default.
const STREAMING_THRESHOLD_BYTES: u64 = 1 << 40;

/// A checked meta request.
pub(in crate::ffi) struct Request {
    pub spec: Spec,
    /// Memory of the caller's that the pool is to serve tickets over.
    pub receive_buffer: Option<CallerBuffer>,
}

/// Everything that is needed while the options are read.
struct Reading<'a> {
    options: &'a aws_s3_meta_request_options,
    settings: &'a Settings,
    kind: Kind,
    message: Message,
    head: RequestHead,
    signing: Arc<SigningConfig>,
    content_length: Option<u64>,
    source: Source,
    /// The body is a file, which is opened after all other checks unless its length is asked for.
    from_file: bool,
    opened: Option<Source>,
    async_writes: bool,
    file_io: Option<FileIo>,
}

/// How the request is carried out.
struct Route {
    /// One request, as given.
    single: bool,
    request_kind: RequestKind,
    operation: Operation,
    part_size: u64,
    part_size_is_set: bool,
}

/// Checks and copies the options.
///
/// # Safety
/// `options` is valid for reads, and what it points to is alive during the call; memory lent to the request for
/// longer is documented with its field.
pub(in crate::ffi) unsafe fn request(
    client: &Client,
    options: &aws_s3_meta_request_options,
) -> Result<Request> {
    // SAFETY: as the caller promises.
    unsafe {
        let mut reading = read(client.settings(), options)?;
        let mut headers = std::mem::take(&mut reading.head.headers);
        let origin =
            origin(options.endpoint, &reading.message, &mut headers, client.settings().tls_enabled);
        let origin = origin?;
        reading.head.headers = headers;
        reading.body()?;
        let route = reading.route(client)?;
        let checksum = reading.base_checks(&route)?;
        let (sink, receive_buffer) = reading.sink(&route)?;
        let headers = reading.message.headers();
        let mut request = reading.finish(route, checksum, sink, receive_buffer, origin)?;
        let headers = headers.ok_or(Code::INVALID_ARGUMENT)?;
        if let Some(bucket) = request.spec.source_session_bucket()
            && client.settings().enable_s3express
        {
            request.spec.source_session = Some(session(client, bucket, headers.clone())?);
        }
        if request.spec.express {
            join_sessions(client, &mut request.spec, headers)?;
        }
        Ok(request)
    }
}

/// Says where the sessions come from that the requests are signed with. This is the last check: the program's factory
/// may refuse.
fn join_sessions(client: &Client, spec: &mut Spec, headers: crt::Headers) -> Result<()> {
    let Some(signing) = &mut spec.signing else { return Ok(()) };
    let region = signing.rules.region.clone();
    let bucket = Bucket::new(spec.origin.clone(), region, &spec.message.headers);
    Arc::make_mut(signing).session = Some(session(client, bucket, headers)?);
    Ok(())
}

fn session(client: &Client, bucket: Bucket, headers: crt::Headers) -> Result<SessionSource> {
    let wanted = Wanted { bucket: Arc::new(bucket), headers };
    Ok(SessionSource { sessions: client.sessions()?, wanted })
}

/// # Safety
/// As for [`request`].
unsafe fn read<'a>(
    settings: &'a Settings,
    options: &'a aws_s3_meta_request_options,
) -> Result<Reading<'a>> {
    let kind = match number(&options.r#type) {
        0 => Kind::Default,
        1 => Kind::Get,
        2 => Kind::Put,
        3 => Kind::Copy,
        _ => return Err(Code::INVALID_ARGUMENT.into()),
    };
    // SAFETY: as the caller promises.
    let message = unsafe { Message::acquire(options.message) }.ok_or(Code::INVALID_ARGUMENT)?;
    // SAFETY: as the caller promises.
    let signing = match unsafe { argument::optional(options.signing_config) } {
        None => settings.signing.clone(),
        Some(config) => {
            // SAFETY: as the caller promises.
            let mut own = unsafe { signing_config(config, &settings.region) };
            own.adopt(&settings.signing);
            Arc::new(own)
        }
    };
    if signing.rules.algorithm == Algorithm::S3Express && !settings.enable_s3express {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    let headers = message.headers().ok_or(Code::INVALID_ARGUMENT)?;
    let mut head =
        RequestHead::new(message.method().unwrap_or_default(), message.path().unwrap_or_default());
    head.headers = headers.pairs().into();
    Ok(Reading {
        options,
        settings,
        kind,
        message,
        head,
        signing,
        content_length: None,
        source: Source::None,
        from_file: false,
        opened: None,
        async_writes: false,
        // SAFETY: as the caller promises.
        file_io: unsafe { argument::file_io(options.fio_opts) }.or(settings.file_io),
    })
}

impl Reading<'_> {
    /// The body's length and source: at most one.
    unsafe fn body(&mut self) -> Result<()> {
        let options = self.options;
        let invalid = Error::new(Code::INVALID_ARGUMENT);
        if let Some(value) = self.head.headers.value("Content-Length") {
            let length = decimal(value).ok_or(Code::S3_INVALID_CONTENT_LENGTH_HEADER)?;
            self.content_length = Some(length);
        }
        // SAFETY: as the caller of `request` promises.
        let path = unsafe { argument::path(options.send_filepath) };
        if let (Some(path), None) = (&path, self.content_length) {
            let file = self.open(path)?;
            self.content_length = file.known_len();
            self.opened = Some(file);
        }
        self.async_writes = truth(&options.send_using_async_writes);
        if self.async_writes && self.kind != Kind::Put {
            return Err(invalid);
        }
        let body = options.request_body;
        if body.ptr.is_null() && body.len > 0 {
            return Err(invalid);
        }
        if !body.ptr.is_null() {
            if !matches!(self.kind, Kind::Default | Kind::Put) {
                return Err(invalid);
            }
            if *self.content_length.get_or_insert(body.len as u64) != body.len as u64 {
                return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
            }
        }
        // SAFETY: as the caller of `request` promises.
        let stream = unsafe { AsyncInputStream::acquire(options.send_async_stream) };
        let message_body = self.message.body_stream();
        let given = [
            path.is_some(),
            stream.is_some(),
            self.async_writes,
            !body.ptr.is_null(),
            message_body.is_some(),
        ];
        if given.iter().filter(|given| **given).count() > 1 {
            return Err(invalid);
        }
        if given.contains(&true) && matches!(self.kind, Kind::Default | Kind::Put) {
            framing::one_length(&self.head.headers)?;
        }
        self.from_file = path.is_some();
        self.source = match (stream, message_body) {
            (Some(stream), _) => Source::Async(stream),
            (_, Some(stream)) => Source::Stream(stream),
            // SAFETY: the caller lends this memory until the shutdown callback.
            _ if body.len > 0 => Source::Memory(unsafe { lent(body.ptr, body.len) }),
            _ if !body.ptr.is_null() && self.kind == Kind::Put => Source::Memory(Bytes::new()),
            _ => Source::None,
        };
        Ok(())
    }

    fn open(&self, path: &Path) -> Result<Source> {
        Source::open(path, self.file_io.is_some_and(|file_io| file_io.direct_io))
    }

    /// Which operation runs, and with which part size.
    unsafe fn route(&mut self, client: &Client) -> Result<Route> {
        let options = self.options;
        let mut route = Route {
            single: false,
            request_kind: RequestKind::Unknown,
            operation: "".into(),
            part_size: match options.part_size {
                0 => self.settings.part_bytes,
                size => size,
            },
            part_size_is_set: options.part_size > 0 || self.settings.part_size_is_set,
        };
        match self.kind {
            Kind::Default => {
                // SAFETY: as the caller of `request` promises.
                let name = unsafe { argument::bytes(options.operation_name) };
                if name.is_empty() {
                    return Err(Code::INVALID_ARGUMENT.into());
                }
                route.single = true;
                route.request_kind = RequestKind::from_name(&name);
                route.operation = match route.request_kind {
                    RequestKind::Unknown => String::from_utf8_lossy(&name).into_owned().into(),
                    known => known.name().into(),
                };
            }
            Kind::Get if has_part_number(&self.head.target) => {
                if !options.recv_buffer.is_null() {
                    return Err(Code::UNSUPPORTED_OPERATION.into());
                }
                // Whatever body was given, nothing of it is sent.
                self.content_length = None;
                self.source = Source::None;
                route.send_as(RequestKind::GetObject);
            }
            Kind::Get => {}
            Kind::Put => self.route_upload(client, &mut route)?,
            Kind::Copy => {}
        }
        if route.single {
            let too_long = self.content_length.is_some_and(|len| usize::try_from(len).is_err());
            if self.head.method.is_empty() || too_long {
                return Err(Code::INVALID_ARGUMENT.into());
            }
        }
        Ok(route)
    }

    fn route_upload(&mut self, client: &Client, route: &mut Route) -> Result<()> {
        if self.source.is_none() && !self.from_file && !self.async_writes {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        if !self.options.resume_token.is_null() {
            // SAFETY: a token of the caller's, alive during the call.
            let token = unsafe { handle::borrow(self.options.resume_token)? };
            return self.route_resumed(token, route);
        }
        let mut part_size = route.part_size.max(MIN_UPLOAD_PART_BYTES);
        if route.part_size < part_size {
            crate::log!(
                Warn,
                MetaRequest,
                "parts of {} bytes are too small for uploads, which use {part_size}",
                route.part_size
            );
        }
        let Some(length) = self.content_length else {
            route.part_size = part_size;
            return Ok(());
        };
        let (bytes, parts) = plan::upload_parts(length, part_size);
        part_size = bytes;
        let own = [self.options.part_size, self.settings.part_bytes];
        if !own.contains(&part_size) && parts > 2 {
            let aligned = client.env().pool.align(part_size);
            // Alignment may not be what makes an upload too large for the client.
            if aligned <= self.settings.max_part_bytes {
                part_size = aligned;
            }
        }
        let limit = self.settings.single_upload_limit(
            self.options.multipart_upload_threshold,
            self.options.part_size,
            part_size,
        );
        route.part_size = part_size;
        if length <= limit {
            route.send_as(RequestKind::PutObject);
        }
        Ok(())
    }

    fn route_resumed(&self, token: &ResumeToken, route: &mut Route) -> Result<()> {
        let ResumeToken::Upload(token) = token else {
            return Err(Code::INVALID_ARGUMENT.into());
        };
        let length = self.content_length.ok_or(Code::INVALID_ARGUMENT)?;
        if token.part_bytes == 0 {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let parts = length.div_ceil(token.part_bytes);
        let too_small = token.part_bytes < MIN_UPLOAD_PART_BYTES && token.total_parts > 1;
        let sound = !token.upload_id.is_empty()
            && !too_small
            && token.total_parts <= plan::MAX_UPLOAD_PARTS
            && token.total_parts == parts;
        if !sound {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        route.part_size = token.part_bytes;
        Ok(())
    }

    /// What every kind of meta request is checked for.
    unsafe fn base_checks(&mut self, route: &Route) -> Result<ChecksumSettings> {
        let options = self.options;
        if usize::try_from(route.part_size).map_or(true, |size| size == usize::MAX) {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let streams_by_default = self.kind == Kind::Put
            && !route.single
            && self.content_length.is_some_and(|length| length > STREAMING_THRESHOLD_BYTES);
        let mut file_io = self
            .file_io
            .unwrap_or(FileIo { should_stream: streams_by_default, ..FileIo::default() });
        if file_io.should_stream && file_io.disk_throughput_gbps == 0.0 {
            file_io.disk_throughput_gbps = self.settings.throughput_target_gbps;
        }
        self.file_io = Some(file_io);
        // SAFETY: as the caller of `request` promises.
        let location = unsafe { argument::optional(options.checksum_config) };
        let location = location.map_or(0, |config| number(&config.location));
        let in_header = location == Location::Header as u32;
        let both_bodies = options.body_callback.is_some() && options.body_callback_ex.is_some();
        // Whatever file is named, a copy reads none.
        let streams = file_io.should_stream && self.kind != Kind::Copy;
        if (streams && in_header) || both_bodies {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let download = self.kind == Kind::Get
            || (self.kind == Kind::Default && route.request_kind == RequestKind::GetObject);
        // SAFETY: as the caller of `request` promises.
        unsafe { checksum_settings(options.checksum_config, &self.head.headers, download) }
    }

    /// Where the response goes.
    unsafe fn sink(&self, route: &Route) -> Result<(Sink, Option<CallerBuffer>)> {
        let options = self.options;
        // SAFETY: as the caller of `request` promises; the caller lends the buffer until the finish callback.
        let (path, buffer) = unsafe {
            (argument::path(options.recv_filepath), CallerBuffer::from_raw(options.recv_buffer))
        };
        if let Some(buffer) = buffer {
            let callbacks = options.body_callback.is_some() || options.body_callback_ex.is_some();
            let capacity = buffer.capacity() as u64;
            // SAFETY: as the caller of `request` promises.
            let hint = unsafe { argument::optional(options.object_size_hint) };
            // SAFETY: the struct is the caller's and valid for reads.
            let memory = unsafe { (*buffer.as_ptr()).buffer };
            if path.is_some()
                || callbacks
                || self.kind != Kind::Get
                || buffer.filled() != 0
                || hint.is_some_and(|hint| *hint != capacity)
                || (memory.is_null() && capacity > 0)
            {
                return Err(Code::INVALID_ARGUMENT.into());
            }
            if capacity == 0 {
                return Err(Code::SHORT_BUFFER.into());
            }
            return Ok((Sink::Buffer { address: memory.addr(), capacity }, Some(buffer)));
        }
        // A range that cannot be understood must not cost the caller a file.
        if self.kind == Kind::Get {
            self.range()?;
        }
        let Some(path) = path else { return Ok((Sink::Callback, None)) };
        let sink = self.receive_file(path, route)?;
        Ok((Sink::File(sink), None))
    }

    fn receive_file(&self, path: PathBuf, route: &Route) -> Result<ReceiveFile> {
        let options = self.options;
        let mode = RecvMode::from_number(number(&options.recv_file_option));
        let delete_on_failure = truth(&options.recv_file_delete_on_failure);
        let sink = FileSink::create(&FileSinkOptions {
            path,
            mode: mode.ok_or(Code::INVALID_ARGUMENT)?,
            position: options.recv_file_position,
            delete_on_failure,
            direct_io: self.file_io.is_some_and(|file_io| file_io.direct_io),
            part_size: route.part_size,
            leftover: self.leftover(route),
        })?;
        Ok(ReceiveFile { sink: Arc::new(sink), delete_on_failure })
    }

    /// What an earlier download has left in the file.
    fn leftover(&self, route: &Route) -> Option<Leftover> {
        // SAFETY: a token of the caller's, alive during the call; NULL is none.
        let token = unsafe { handle::borrow(self.options.resume_token.cast_const()) };
        let Ok(ResumeToken::Download(token)) = token else { return None };
        let (first, last) = token.range;
        let bytes = if token.object_bytes > 0 { last - first + 1 } else { 0 };
        let leftover = Leftover {
            base: token.file_base,
            held_end: token.held_end(),
            bytes,
            modified_ns: token.file_modified_ns,
        };
        Some(leftover).filter(|_| self.kind == Kind::Get && !route.single)
    }

    fn range(&self) -> Result<Option<crate::operation::RangeHeader>> {
        self.head.headers.value("Range").map(|value| parse_range(value)).transpose()
    }

    /// Makes the file the source of the body, where there is one: of what is read, nothing is sent.
    fn take_file(&mut self, path: &Path) -> Result<()> {
        let file = self.opened.take().map_or_else(|| self.open(path), Ok)?;
        if matches!(self.kind, Kind::Default | Kind::Put) {
            self.source = file;
        }
        Ok(())
    }

    /// The last checks, and the spec.
    unsafe fn finish(
        mut self,
        route: Route,
        checksum: ChecksumSettings,
        sink: Sink,
        receive_buffer: Option<CallerBuffer>,
        origin: crate::net::Origin,
    ) -> Result<Request> {
        let options = self.options;
        // SAFETY: as the caller of `request` promises.
        let send_path = unsafe { argument::path(options.send_filepath) };
        let file_io = self.file_io.unwrap_or_default();
        if let Some(path) = &send_path {
            self.take_file(path)?;
        }
        let multipart = self.kind == Kind::Put && !route.single;
        let sizes = self.sizes(&route, multipart)?;
        // SAFETY: a token of the caller's, alive during the call; NULL is none.
        let resume = unsafe { handle::borrow(options.resume_token.cast_const()) }.ok().cloned();
        if multipart && resume.is_some() && self.head.target.is_empty() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let range = if self.kind == Kind::Get { self.range()? } else { None };
        // SAFETY: as the caller of `request` promises.
        let copy_source = unsafe { self.copy_source()? };
        let max_active =
            self.settings.max_active(options.max_active_connections_override, self.file_io);
        let files = send_path.is_some() || matches!(sink, Sink::File(_));
        let user_agent = self.user_agent(files);
        // SAFETY: as the caller of `request` promises.
        let object_size_hint = unsafe { argument::optional(options.object_size_hint) }.copied();
        let express = self.signing.rules.algorithm == Algorithm::S3Express;
        let length_of_file =
            !self.head.headers.contains("Content-Length") && matches!(self.source, Source::File(_));
        let spec = Spec {
            kind: self.kind,
            request_kind: route.request_kind,
            operation: route.operation,
            single: route.single,
            has_if_match: self.head.headers.contains("If-Match"),
            message: self.head,
            user_agent,
            origin: Arc::new(origin),
            source: self.source,
            async_writes: self.async_writes,
            content_length: self.content_length,
            length_of_file,
            sink,
            part_size: route.part_size,
            sizes,
            part_size_is_set: route.part_size_is_set,
            force_dynamic_part_size: truth(&options.force_dynamic_part_size),
            object_size_hint,
            range,
            copy_source,
            source_session: None,
            max_active,
            order: self.settings.order(tribool(options.out_of_order_delivery)),
            checksum,
            file_io,
            compute_content_md5: self.settings.compute_content_md5,
            signing: Some(self.signing),
            express,
            resume,
            deadline: None,
            handle: 0,
        };
        Ok(Request { spec, receive_buffer })
    }

    /// How an upload is cut.
    fn sizes(&self, route: &Route, multipart: bool) -> Result<PartSizes> {
        let takes_no_memory = match self.source {
            Source::File(_) => self.file_io.is_some_and(|file_io| file_io.should_stream),
            Source::Memory(_) => true,
            _ => false,
        };
        let largest = self.settings.max_part_bytes.max(MIN_UPLOAD_PART_BYTES);
        if multipart && !takes_no_memory && route.part_size > largest {
            return Err(Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT.into());
        }
        Ok(match self.content_length {
            Some(length) if route.single => PartSizes::equal(length, length),
            Some(length) => PartSizes::equal(route.part_size, length),
            None => PartSizes::growing(route.part_size, largest),
        })
    }

    /// Where a copy finds its source, if that is said apart from the message.
    unsafe fn copy_source(&self) -> Result<Option<Uri>> {
        // SAFETY: as the caller of `request` promises.
        let text = unsafe { argument::bytes(self.options.copy_source_uri) };
        if self.kind != Kind::Copy || text.is_empty() {
            return Ok(None);
        }
        Uri::parse(&text).map(Some)
    }

    fn user_agent(&self, files: bool) -> UserAgent {
        let own_part_size = self.options.part_size;
        let mut features = Vec::new();
        if own_part_size > 0 && own_part_size != plan::DEFAULT_PART_BYTES {
            features.push(Feature::PartSize);
        }
        if files {
            features.push(Feature::FilePath);
        }
        let caller = self.head.headers.value("User-Agent");
        self.settings.user_agent(caller.map_or(&[], |caller| caller), &features)
    }
}

impl Route {
    fn send_as(&mut self, kind: RequestKind) {
        self.single = true;
        self.request_kind = kind;
        self.operation = kind.name().into();
    }
}

/// Memory that the caller lends until the shutdown callback, without a copy.
///
/// # Safety
/// `ptr` is readable for `len` bytes for as long as the meta request exists.
unsafe fn lent(ptr: *const u8, len: usize) -> Bytes {
    // SAFETY: as the caller promises; the lifetime is the caller's promise, too.
    Bytes::from_static(unsafe { std::slice::from_raw_parts(ptr, len) })
}
