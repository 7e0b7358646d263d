//! Objects in a directory, by s3s-fs, with one change: downloads read large pieces, because the tests of this library
//! want to be the slower end.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName};
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;

const PIECE: usize = 512 * 1024;

/// Goes with an unsatisfiable range as far as `s3`, which writes it into the error document.
pub const OBJECT_SIZE: HeaderName = HeaderName::from_static("x-object-size");

pub struct Objects {
    inner: FileSystem,
    root: PathBuf,
}

impl Objects {
    pub fn new(root: PathBuf) -> Result<Self, String> {
        let inner = FileSystem::new(&root).map_err(|error| format!("{error:?}"))?;
        Ok(Self { inner, root })
    }
}

/// The bytes of a range of a file, read ahead of the network on a thread that may block.
fn pieces(
    file: File,
    range: std::ops::Range<u64>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + Sync {
    let file = Arc::new(file);
    stream::try_unfold((file, range), |(file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let length = PIECE.min((range.end - range.start) as usize);
        let reader = Arc::clone(&file);
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; length];
            reader.read_exact_at(&mut piece, range.start)?;
            std::io::Result::Ok(Bytes::from(piece))
        });
        let piece = read.await.map_err(std::io::Error::other)??;
        Ok(Some((piece, (file, range.start + length as u64..range.end))))
    })
}

/// Refuses a range that begins behind the end, and says where the end is, as S3 does.
fn satisfiable(path: &Path, range: Range) -> S3Result<()> {
    let Ok(facts) = path.metadata() else { return Ok(()) };
    if range.check(facts.len()).is_ok() {
        return Ok(());
    }
    let mut error = s3_error!(InvalidRange);
    error.set_status_code(StatusCode::RANGE_NOT_SATISFIABLE);
    error.set_headers(HeaderMap::from_iter([(OBJECT_SIZE, facts.len().into())]));
    Err(error)
}

/// Hands an operation on as it is.
macro_rules! as_it_is {
    ($($operation:ident: $input:ident => $output:ident,)*) => {
        #[async_trait::async_trait]
        impl S3 for Objects {
            async fn get_object(
                &self,
                request: S3Request<GetObjectInput>,
            ) -> S3Result<S3Response<GetObjectOutput>> {
                let path = self.root.join(&request.input.bucket).join(&request.input.key);
                let range = request.input.range;
                if let Some(range) = range {
                    satisfiable(&path, range)?;
                }
                let mut response = self.inner.get_object(request).await?;
                let file = File::open(path).map_err(|_| s3_error!(NoSuchKey))?;
                let length = file.metadata().map_err(|_| s3_error!(InternalError))?.len();
                let range = range.map_or(Ok(0..length), |range| range.check(length))?;
                response.output.body = Some(StreamingBlob::wrap(pieces(file, range)));
                Ok(response)
            }

            $(async fn $operation(
                &self,
                request: S3Request<$input>,
            ) -> S3Result<S3Response<$output>> {
                self.inner.$operation(request).await
            })*
        }
    };
}

as_it_is! {
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput,
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput,
    copy_object: CopyObjectInput => CopyObjectOutput,
    create_bucket: CreateBucketInput => CreateBucketOutput,
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput,
    delete_bucket: DeleteBucketInput => DeleteBucketOutput,
    delete_object: DeleteObjectInput => DeleteObjectOutput,
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput,
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput,
    head_bucket: HeadBucketInput => HeadBucketOutput,
    head_object: HeadObjectInput => HeadObjectOutput,
    list_buckets: ListBucketsInput => ListBucketsOutput,
    list_objects: ListObjectsInput => ListObjectsOutput,
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output,
    list_parts: ListPartsInput => ListPartsOutput,
    put_object: PutObjectInput => PutObjectOutput,
    upload_part: UploadPartInput => UploadPartOutput,
    upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput,
}
