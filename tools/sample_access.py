"""Who may do what, as ARM returns it: role assignments and definitions, locks, policy assignments, a vault's keys.

Shapes: recorded answers in Cloud Custodian's tests (role assignments, locks), the examples of
Azure/azure-rest-api-specs; the ids of built-in roles are those of
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles.
"""

from __future__ import annotations

from typing import Any

from tools.sample_shapes import (
    ELIGIBLE_ROLES,
    POLICY_SETS,
    ROLE_ASSIGNMENTS,
    ROLE_DEFINITIONS,
    SCHEDULED_ROLES,
    Json,
    at,
    guid,
    ids,
    system_data,
    tenant_row,
)

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
AI_CONTRIBUTOR = "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
INDEX_READER = "1407120a-92aa-4202-b7e9-c0e197c71c8f"
INDEX_CONTRIBUTOR = "8ebe5a00-799e-43f5-93ac-243d3dce84a7"


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


def activated(assigned: Json) -> Json:
    """The schedule of a role that was activated for eight hours this morning."""
    told = {"assignmentType": "Activated", "originRoleAssignmentId": assigned["id"]}
    hours = {"startDateTime": "2026-10-01T05:12:00Z", "endDateTime": "2026-10-01T13:12:00Z"}
    return scheduled(assigned, SCHEDULED_ROLES, **told, **hours)


def eligible(scope: str, role: str, principal: str, kind: str) -> Json:
    """A role that somebody may activate until the end of the year."""
    return scheduled(assignment(scope, role, principal, kind), ELIGIBLE_ROLES)


def scheduled(assigned: Json, of: str, **more: str) -> Json:
    own = assigned["properties"]
    same = ("roleDefinitionId", "principalId", "principalType", "scope", "condition", "conditionVersion")
    return {
        **ids(f"{own['scope']}/providers/{of}/{guid(assigned['id'], of)}"),
        "properties": {
            **{key: own[key] for key in same},
            "status": "Provisioned",
            "memberType": "Direct",
            "startDateTime": "2026-03-02T08:00:00Z",
            "endDateTime": "2026-12-31T23:00:00Z",
            "createdOn": at("2026-03-02"),
            **more,
        },
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
    return tenant_row(made)


def lock(target: str, name: str, notes: str) -> Json:
    return {
        "properties": {"level": "CanNotDelete", "notes": notes},
        **ids(f"{target}/providers/Microsoft.Authorization/locks/{name}"),
        "systemData": system_data("2026-02-12"),
    }


def policy_assignment(scope: str, name: str, title: str, definition: str, mode: str, **properties: Any) -> Json:
    """A built-in policy (the last part of its id), or an initiative (its whole id), on a scope."""
    built_in_policy = f"/providers/Microsoft.Authorization/policyDefinitions/{definition}"
    return {
        "properties": {
            "displayName": title,
            "policyDefinitionId": definition if definition.startswith("/") else built_in_policy,
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


def initiative(set_id: str, title: str, **definitions: str) -> Json:
    """Several built-in policies as one, by the names that it gives them; each takes the initiative's effect."""
    effect = {"type": "String", "defaultValue": "Disabled", "allowedValues": ["Audit", "Deny", "Disabled"]}
    members = [
        {
            "policyDefinitionReferenceId": name,
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            "parameters": {"effect": {"value": "[parameters('effect')]"}},
            "groupNames": [],
        }
        for name, definition in definitions.items()
    ]
    return {
        "properties": {
            "displayName": title,
            "policyType": "Custom",
            "metadata": {"category": "Cognitive Services", "version": "1.0.0"},
            "parameters": {"effect": effect},
            "policyDefinitions": members,
        },
        **ids(set_id),
        "type": POLICY_SETS,
        "systemData": system_data("2026-05-04"),
    }


def vault_key(vault_id: str, name: str, created: int = 1770886467) -> Json:
    """A key's public side; nothing renews it by itself, as it has no rotation policy."""
    uri = f"https://{vault_id.rpartition('/')[2]}.vault.azure.net/keys/{name}"
    return {
        **ids(f"{vault_id}/keys/{name}"),
        "location": "westeurope",
        "tags": {},
        "properties": {
            "attributes": {
                "enabled": True,
                "created": created,
                "updated": created,
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
