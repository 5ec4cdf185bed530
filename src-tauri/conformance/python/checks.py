"""AssemblyAI's Python SDK, as it is, against `sotto serve`.

One line of JSON on standard input says where the services are: {"service": {"base", "key"}, "strict": {…}, "speech": path}.
`strict` takes a token once and one session at a time.
"""

import json
import logging
import sys

import check_audio  # noqa: F401
import check_credentials  # noqa: F401
import check_messages  # noqa: F401
import check_parameters  # noqa: F401
import check_turns  # noqa: F401
import registry

# The SDK logs every error that a check provokes.
logging.disable(logging.CRITICAL)
registry.run(json.loads(sys.stdin.readline()))
