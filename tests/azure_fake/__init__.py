"""An Azure of our own on loopback: Entra ID's token endpoint, ARM, Resource Graph and the metrics host, over TLS.

    with serve(Estate.of_snapshot(path), faults=[Fault("GET */deployments", "forbidden")]) as azure:
        subprocess.run([..., "scan"], env={**os.environ, **azure.environment})
        assert not azure.writes

What it says and how it says it is taken from recordings and examples of the real one; where those are silent, from
the pages that the modules name. Behaviour that matters to a reader (paging, limits, tokens, refusals) is enforced,
everything else is left out. `recorded.json` holds excerpts of recordings of the Azure CLI's tests (MIT) and of Cloud
Custodian's (Apache-2.0), each with its origin; its tests replay them.
"""

from azure_fake.estate import Estate
from azure_fake.faults import Fault
from azure_fake.log import Seen
from azure_fake.server import Fake, serve

__all__ = ["Estate", "Fake", "Fault", "Seen", "serve"]
