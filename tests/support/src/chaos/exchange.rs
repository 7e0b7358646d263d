//! One request after the other on one connection, and what happens to them.

use std::io::Result;
use std::time::Duration;

use super::plan::{Dice, Fault, Plan};
use super::reply::{Reply, spoilt};
use super::store::Purpose;
use super::wire::{Request, Stream, Wire};
use super::{Shared, lock};

/// How long a stalled connection is kept; clients give up before.
const STALL: Duration = Duration::from_secs(20);

/// Pause between two bytes of a slow reply, and how many bytes are slow.
const DRIP: Duration = Duration::from_millis(2);
const DRIPS: usize = 100;

/// What becomes of the connection.
pub enum Next {
    Request,
    Close,
    Reset,
    /// Closed without a word, even where the protocol has one.
    Drop,
}

pub struct Connection<S> {
    pub wire: Wire<S>,
    pub store: Shared,
}

/// Where a request breaks off that is reset, closed or stalled.
enum Moment {
    /// So many bytes into its body.
    Body(u64),
    /// So far into the reply, in parts of 1000.
    Reply(u64),
}

impl<S: Stream> Connection<S> {
    pub async fn answer(&mut self, request: &Request) -> Result<Next> {
        let key = request.key();
        if request.is_for("/_report/") {
            self.settle(key).await;
            let report = lock(&self.store).report(key);
            self.wire.send(&Reply::new(200, report).written().bytes).await?;
            return Ok(Next::Close);
        }
        let Some(plan) = Plan::of_key(key) else {
            self.wire.send(&Reply::error(404, "NoSuchKey").written().bytes).await?;
            return Ok(Next::Close);
        };
        let purpose = Purpose::of(request);
        if matches!(purpose, Purpose::Head) {
            let length = plan.size;
            let head = format!(
                "HTTP/1.1 200 Chaos\r\nContent-Length: {length}\r\nETag: \"object\"\r\n\r\n"
            );
            self.wire.send(head.as_bytes()).await?;
            return Ok(Next::Request);
        }
        let (before, meets) = lock(&self.store).arrived(request, &purpose, &plan);
        let mut dice = plan.dice(&request.identity(), before);
        let fault = match meets {
            true => plan.fault.drawn(plan.times, &purpose, &mut dice),
            false => Fault::None,
        };
        if plan.fault == Fault::Some && fault != Fault::None {
            lock(&self.store).hit(key);
        }
        if let Purpose::List { upload } = &purpose {
            lock(&self.store).tell_parts(upload, fault.spares_documents());
        }
        match fault {
            Fault::Reset | Fault::Close | Fault::Stall => {
                self.break_off(fault, request, &plan, &purpose, &mut dice).await
            }
            Fault::HalfClose => {
                self.wire.shut().await?;
                self.wire.content(0, request.content_length()).await?;
                Ok(Next::Close)
            }
            Fault::EarlyNo => {
                let code = dice.one_of(&["SlowDown", "InternalError"]);
                self.wire.send(&Reply::error(503, code).written().bytes).await?;
                Ok(Next::Close)
            }
            Fault::EarlyYes if matches!(purpose, Purpose::Put | Purpose::Part { .. }) => {
                lock(&self.store).owe(key, 1);
                let read = self.accept_early(request, &plan, &purpose, &mut dice).await;
                lock(&self.store).owe(key, -1);
                read?;
                Ok(Next::Request)
            }
            Fault::Endless => self.refuse_without_end().await,
            fault => {
                let reply = self.process(request, &plan, &purpose).await?;
                let created = reply.created.clone().filter(|_| fault.spares_documents());
                let next = self.reply(fault, reply, &purpose, &mut dice).await?;
                if let Some(id) = created {
                    lock(&self.store).tell(&id);
                }
                Ok(next)
            }
        }
    }

    /// Says yes, then reads what there is to say yes to.
    async fn accept_early(
        &mut self,
        request: &Request,
        plan: &Plan,
        purpose: &Purpose,
        dice: &mut Dice,
    ) -> Result<()> {
        let reply = Reply::new(200, "").with("ETag", tag(purpose));
        self.wire.send(&reply.written().bytes).await?;
        tokio::time::sleep(Duration::from_millis(dice.below(30))).await;
        self.process(request, plan, purpose).await.map(drop)
    }

    /// Waits until everything that was accepted has been read.
    async fn settle(&self, key: &str) {
        for _ in 0..500 {
            if !lock(&self.store).owes(key) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn reply(
        &mut self,
        fault: Fault,
        reply: Reply,
        purpose: &Purpose,
        dice: &mut Dice,
    ) -> Result<Next> {
        let written = spoilt(fault, reply, purpose, dice);
        let slow = if fault == Fault::Slow { written.bytes.len().min(DRIPS) } else { 0 };
        for byte in &written.bytes[..slow] {
            self.wire.send(&[*byte]).await?;
            tokio::time::sleep(DRIP).await;
        }
        self.wire.send(&written.bytes[slow..]).await?;
        Ok(match fault {
            Fault::Hangup if dice.below(2) == 0 => Next::Close,
            Fault::Hangup => Next::Drop,
            _ if written.last => Next::Close,
            _ => Next::Request,
        })
    }

    /// Goes on to some point, and no further.
    async fn break_off(
        &mut self,
        fault: Fault,
        request: &Request,
        plan: &Plan,
        purpose: &Purpose,
        dice: &mut Dice,
    ) -> Result<Next> {
        let length = request.content_length();
        let moment = match dice.below(2) {
            0 => Moment::Body(dice.below(length + 1)),
            _ => Moment::Reply(dice.below(1000)),
        };
        match moment {
            Moment::Body(bytes) => drop(self.wire.content(0, bytes).await?),
            Moment::Reply(place) => {
                let bytes = self.process(request, plan, purpose).await?.written().bytes;
                let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0) as u64;
                // Heads are as interesting as the bodies that are so much longer.
                let end = if place < 300 {
                    head * place / 300
                } else {
                    bytes.len() as u64 * place / 1000
                };
                self.wire.send(&bytes[..end as usize]).await?;
            }
        }
        Ok(match fault {
            Fault::Reset => {
                // What was sent gets a chance to arrive; a reset takes back what did not.
                tokio::time::sleep(Duration::from_millis(dice.below(4))).await;
                Next::Reset
            }
            Fault::Stall => {
                tokio::time::sleep(STALL).await;
                Next::Drop
            }
            _ if dice.below(2) == 0 => Next::Close,
            _ => Next::Drop,
        })
    }

    /// An error document that goes on for as long as somebody reads it.
    async fn refuse_without_end(&mut self) -> Result<Next> {
        self.wire
            .send(b"HTTP/1.1 404 Chaos\r\nContent-Type: application/xml\r\n\r\n<Error>")
            .await?;
        let more = b"<Message>no</Message>".repeat(1000);
        loop {
            self.wire.send(&more).await?;
        }
    }

    /// Reads the request whole, does what it asks for, and answers as it should.
    async fn process(
        &mut self,
        request: &Request,
        plan: &Plan,
        purpose: &Purpose,
    ) -> Result<Reply> {
        let (key, length) = (request.key(), request.content_length());
        if let Purpose::Complete { upload } = purpose {
            let list = self.wire.text(length).await?;
            self.settle(key).await;
            lock(&self.store).complete(key, plan, upload, &list);
            let body = "<CompleteMultipartUploadResult><ETag>\"object\"</ETag></CompleteMultipartUploadResult>";
            return Ok(Reply::new(200, body));
        }
        let right = self.wire.content(purpose.offset(), length).await?;
        let mut store = lock(&self.store);
        if !right {
            store.accuse(key, "wrong content".to_owned());
        }
        Ok(match purpose {
            Purpose::Get { .. } => Reply::object(plan, request.range()),
            Purpose::Create => {
                let id = store.create(key);
                let body = format!(
                    "<InitiateMultipartUploadResult><UploadId>{id}</UploadId>\
                     </InitiateMultipartUploadResult>"
                );
                Reply { created: Some(id), ..Reply::new(200, body) }
            }
            Purpose::Put => {
                store.put(key, plan, length);
                Reply::new(200, "").with("ETag", tag(purpose))
            }
            Purpose::Copy => {
                store.put(key, plan, plan.size);
                Reply::new(200, "<CopyObjectResult><ETag>\"object\"</ETag></CopyObjectResult>")
            }
            Purpose::CopyPart { number, upload } => {
                let (first, last) = request.copied_range().unwrap_or_default();
                store.copy_part(key, upload, *number, (last - first).saturating_add(1));
                let etag = format!("<ETag>\"part-{number}\"</ETag>");
                Reply::new(200, format!("<CopyPartResult>{etag}</CopyPartResult>"))
            }
            Purpose::Part { number, upload } => {
                store.part(key, plan, upload, *number, length);
                Reply::new(200, "").with("ETag", tag(purpose))
            }
            Purpose::List { upload } => match store.list(upload) {
                Some(list) => Reply::new(200, list),
                None => Reply::error(404, "NoSuchUpload"),
            },
            Purpose::Abort { upload } => {
                store.abort(key, upload);
                Reply::new(204, "")
            }
            Purpose::Complete { .. } | Purpose::Head | Purpose::Unknown => {
                Reply::error(405, "MethodNotAllowed")
            }
        })
    }
}

/// The entity tag of what an upload brings.
fn tag(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Part { number, .. } => format!("\"part-{number}\""),
        _ => "\"object\"".to_owned(),
    }
}
