"""What Resource Manager says a caller may do in a subscription: one entry for each role that was assigned.

https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group
"""

from azure_fake import ids

TYPE = "microsoft.authorization/permissions"
READER = {"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}


def of(estate, scope):
    """The entries of a subscription: those of `estate.granted` by its GUID, Reader's without."""
    granted = getattr(estate, "granted", {})
    return granted.get(ids.subscription_of(scope), [READER])


def allowed(entries):
    """Whether the caller may ask for them: some entry has the action, by name or by an asterisk at an end."""
    wanted = f"{TYPE}/read"
    held = [action.lower() for entry in entries for action in entry["actions"]]
    return any(action == wanted or (action[:1] == "*" and wanted.endswith(action[1:])) for action in held)
