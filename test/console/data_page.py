"""What the tests of the data services' pages share."""


def client(page, haar, url, service):
    """A boto3 client of root's in the Region that the signed-in page shows."""
    if not page.url.startswith(url("/console/")):
        page.goto(url("/console/"))
    region = page.evaluate("fetch('/console/api/session').then((answer) => answer.json()).then(({region}) => region)")
    return haar.client(service, region=region)
