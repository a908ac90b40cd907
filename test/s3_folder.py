"""A little of S3 for tests, in front of a folder whose folders are buckets: enough for a reader of log files (GetBucketLocation,
ListObjects, GetObject with metadata), and PutObject. Signatures are verified where a secret is given."""
import contextlib
import http.server
import json
import pathlib
import threading
import urllib.parse
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEYS_A_PAGE = 1000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root: pathlib.Path
    secret: str | None = None

    def is_signed(self, body=b""):
        """By whom the request says, with the secret; whatever SigV4 says where none is known."""
        scheme, _, rest = self.headers.get("Authorization", "").partition(" ")
        if scheme != "AWS4-HMAC-SHA256" or self.secret is None:
            return scheme == "AWS4-HMAC-SHA256"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        key, _, region, service, _ = parts["Credential"].split("/")
        headers = {name: self.headers[name] for name in parts["SignedHeaders"].split(";")}
        request = AWSRequest(self.command, f"http://{self.headers['Host']}{self.path}", headers, body)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        auth = S3SigV4Auth(Credentials(key, self.secret), service, region)
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return auth.signature(text, request) == parts["Signature"]

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def error(self, status, code):
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
        self.answer(status, body.encode(), [("Content-Type", "application/xml")])

    def place(self):
        """(bucket's folder, key, query) of the request."""
        url = urllib.parse.urlsplit(self.path)
        bucket, _, key = url.path.lstrip("/").partition("/")
        return self.root / bucket, urllib.parse.unquote(key), urllib.parse.parse_qs(url.query, keep_blank_values=True)

    def do_GET(self):
        bucket, key, query = self.place()
        if not self.is_signed():
            return self.error(403, "SignatureDoesNotMatch")
        if not bucket.is_dir():
            return self.error(404, "NoSuchBucket")
        if "location" in query:
            return self.answer(200, b"<LocationConstraint/>", [("Content-Type", "application/xml")])
        if not key:
            return self.list(bucket, query)
        if not (bucket / key).is_file():
            return self.error(404, "NoSuchKey")
        metadata = bucket / (key + ".metadata")
        fields = json.loads(metadata.read_text()) if metadata.exists() else {}
        return self.answer(200, (bucket / key).read_bytes(), [(f"x-amz-meta-{name}", value) for name, value in fields.items()])

    def list(self, bucket, query):
        prefix, marker = query.get("prefix", [""])[0], query.get("marker", [""])[0]
        keys = sorted(str(path.relative_to(bucket)) for path in bucket.rglob("*") if path.is_file() and path.suffix == ".gz")
        keys = [key for key in keys if key.startswith(prefix) and key > marker]
        items = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in keys[:KEYS_A_PAGE])
        more = "true" if len(keys) > KEYS_A_PAGE else "false"
        body = (f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{bucket.name}</Name>'
                f"<IsTruncated>{more}</IsTruncated>{items}</ListBucketResult>")
        return self.answer(200, body.encode(), [("Content-Type", "application/xml")])

    def do_PUT(self):
        bucket, key, _ = self.place()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.is_signed(body):
            return self.error(403, "SignatureDoesNotMatch")
        if not bucket.is_dir():
            return self.error(404, "NoSuchBucket")
        path = bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        fields = {name[11:].lower(): value for name, value in self.headers.items() if name.lower().startswith("x-amz-meta-")}
        if fields:
            path.with_name(path.name + ".metadata").write_text(json.dumps(fields))
        return self.answer(200)

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def serving(root, secret=None):
    """The URL where the folder is served."""
    handler = type("Here", (Handler,), {"root": pathlib.Path(root), "secret": secret})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
