"""Where the stand-in is."""

from starlette.requests import HTTPConnection


def base_address(request: HTTPConnection) -> str:
    """The address of the stand-in with a slash at the end, also when it is mounted at a prefix.

    `request.base_url` would be that of the application it is mounted in.
    """
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}/"
