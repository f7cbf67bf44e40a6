"""Who may do what, as ARM returns it: role assignments and definitions, locks, policy assignments, a vault's keys.

Shapes: recorded answers in Cloud Custodian's tests (role assignments, locks), the examples of
Azure/azure-rest-api-specs; the ids of built-in roles are those of
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles.
"""

from __future__ import annotations

from typing import Any

from tools.sample_shapes import ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, TENANT, Json, at, guid, ids, system_data

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
AI_CONTRIBUTOR = "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"


def identity_of(resource_id: str) -> str:
    """The principal of a resource's own identity, as its record names it."""
    return guid(resource_id, "principal")


def assignment(scope: str, role: str, principal: str, kind: str) -> Json:
    """A role (the last part of its id) on a scope for a principal: ServicePrincipal, Group or User."""
    assignment_id = f"{scope}/providers/{ROLE_ASSIGNMENTS}/{guid(scope, role, principal)}"
    holder = scope.partition("/resourceGroups/")[0] if scope.startswith("/subscriptions/") else ""
    return {
        "properties": {
            "roleDefinitionId": f"{holder}/providers/{ROLE_DEFINITIONS}/{role}",
            "principalId": principal,
            "principalType": kind,
            "scope": scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": at("2026-02-17", "10:02:41.7719640"),
            "updatedOn": at("2026-02-17", "10:02:41.7719640"),
            "createdBy": guid("ida.holm"),
            "updatedBy": guid("ida.holm"),
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
        **ids(assignment_id),
    }


def role(definition_id: str, title: str, kind: str, scopes: list[str], **permissions: list[str]) -> Json:
    """A role; `kind` is CustomRole or BuiltInRole."""
    nothing: dict[str, list[str]] = {"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}
    return {
        "properties": {
            "roleName": title,
            "type": kind,
            "description": "",
            "assignableScopes": scopes,
            "permissions": [nothing | permissions],
            "createdOn": at("2026-05-18"),
            "updatedOn": at("2026-05-18"),
            "createdBy": guid("mara.lindqvist"),
            "updatedBy": guid("mara.lindqvist"),
        },
        **ids(definition_id),
    }


def built_in(name: str, title: str, **permissions: list[str]) -> Json:
    """The row of Resource Graph for a role of Azure's own, of the permissions those that matter to models and vaults.

    It spells `RoleDefinitions` with a capital and lies in no subscription.
    """
    definition_id = f"/providers/Microsoft.Authorization/RoleDefinitions/{name}"
    made = role(definition_id, title, "BuiltInRole", ["/"], **permissions)
    made["properties"] |= {"createdBy": None, "updatedBy": None}
    return {**made, "type": ROLE_DEFINITIONS.lower(), "tenantId": TENANT}


def lock(target: str, name: str, notes: str) -> Json:
    return {
        "properties": {"level": "CanNotDelete", "notes": notes},
        **ids(f"{target}/providers/Microsoft.Authorization/locks/{name}"),
        "systemData": system_data("2026-02-12"),
    }


def policy_assignment(scope: str, name: str, title: str, definition: str, mode: str, **properties: Any) -> Json:
    return {
        "properties": {
            "displayName": title,
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            "scope": scope,
            "notScopes": [],
            "parameters": {},
            "metadata": {"assignedBy": "Ida Holm", "createdBy": guid("ida.holm"), "createdOn": at("2026-02-20")},
            "enforcementMode": mode,
            **properties,
        },
        **ids(f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"),
        "systemData": system_data("2026-02-20"),
    }


def vault_key(vault_id: str, name: str) -> Json:
    """A key's public side; nothing renews it by itself, as it has no rotation policy."""
    uri = f"https://{vault_id.rpartition('/')[2]}.vault.azure.net/keys/{name}"
    return {
        **ids(f"{vault_id}/keys/{name}"),
        "location": "westeurope",
        "tags": {},
        "properties": {
            "attributes": {
                "enabled": True,
                "created": 1770886467,
                "updated": 1770886467,
                "recoveryLevel": "Recoverable",
                "exportable": False,
            },
            "kty": "RSA",
            "keySize": 3072,
            "keyOps": ["wrapKey", "unwrapKey"],
            "keyUri": uri,
            "keyUriWithVersion": f"{uri}/{guid(name, 'version').replace('-', '')}",
        },
    }
