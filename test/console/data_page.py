"""What the tests of the data services' pages share."""


def client(page, haar, url, service):
    """A boto3 client of root's in the Region that the signed-in page shows."""
    session = page.context.request.get(url("/console/api/session")).json()
    return haar.client(service, region=session["region"])
