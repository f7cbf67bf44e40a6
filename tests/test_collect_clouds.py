"""Where Azure is: the known clouds letter by letter, and the addresses that a user may give."""

import dataclasses

import pytest

from readiness.collect import clouds
from readiness.collect.clouds import Address, Cloud
from readiness.errors import UsageError

CONTOSO = {"AZURE_AUTHORITY_HOST": "https://login.contoso.com/"}


def test_the_known_clouds():
    assert [dataclasses.astuple(cloud) for cloud in clouds.KNOWN.values()] == [
        (
            "AzureCloud",
            "https://management.azure.com",
            "https://management.azure.com",
            "https://login.microsoftonline.com",
            "https://{region}.metrics.monitor.azure.com",
            "https://metrics.monitor.azure.com",
        ),
        (
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net",
            "https://login.microsoftonline.us",
            "https://{region}.metrics.monitor.azure.us",
            "https://metrics.monitor.azure.us",
        ),
        (
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
            "https://{region}.metrics.monitor.azure.cn",
            "https://metrics.monitor.azure.cn",
        ),
    ]


def test_the_known_clouds_are_those_of_the_sdk():
    """azure-mgmt-core and azure-identity have a table each."""
    from azure.core import AzureClouds
    from azure.identity import AzureAuthorityHosts
    from azure.mgmt.core.tools import get_arm_endpoints

    theirs = [AzureClouds.AZURE_PUBLIC_CLOUD, AzureClouds.AZURE_US_GOVERNMENT, AzureClouds.AZURE_CHINA_CLOUD]
    assert [get_arm_endpoints(cloud) for cloud in theirs] == [
        {"resource_manager": f"{ours.arm}/", "credential_scopes": [f"{ours.audience}/.default"]}
        for ours in clouds.KNOWN.values()
    ]
    hosts = (
        AzureAuthorityHosts.AZURE_PUBLIC_CLOUD,
        AzureAuthorityHosts.AZURE_GOVERNMENT,
        AzureAuthorityHosts.AZURE_CHINA,
    )
    assert [cloud.authority for cloud in clouds.KNOWN.values()] == [f"https://{host}" for host in hosts]


@pytest.mark.parametrize(
    ("name", "expected"), [(None, "AzureCloud"), ("AzureCloud", "AzureCloud"), ("azurechinacloud", "AzureChinaCloud")]
)
def test_a_cloud_is_found_by_name(name, expected):
    assert clouds.of(name, CONTOSO) is clouds.KNOWN[expected]


def test_a_custom_endpoint_is_its_own_audience_and_has_no_metrics_batch():
    cloud = clouds.of(None, CONTOSO, arm_endpoint="https://Management.contoso.com:8443/")
    endpoint = "https://management.contoso.com:8443"
    assert cloud == Cloud("custom", endpoint, endpoint, "https://login.contoso.com", None, None)
    assert cloud.is_custom
    assert cloud.metrics_in("westeurope") is None


def test_a_custom_endpoint_with_everything_else():
    cloud = clouds.of(
        None,
        {"AZURE_AUTHORITY_HOST": "adfs.contoso.com/adfs/"},
        arm_endpoint="https://management.contoso.com:443",
        arm_audience="https://management.contoso.com/abc/",
        metrics_endpoint="https://metrics.contoso.com",
    )
    assert cloud == Cloud(
        "custom",
        "https://management.contoso.com",
        "https://management.contoso.com/abc/",
        "https://adfs.contoso.com/adfs",
        "https://metrics.contoso.com",
        "https://metrics.contoso.com",
    )
    assert cloud.metrics_in("westeurope") == "https://metrics.contoso.com"


def test_without_an_authority_host_a_custom_endpoint_signs_in_at_the_public_one():
    assert clouds.of(None, {}, arm_endpoint="https://a.example").authority == "https://login.microsoftonline.com"


def test_a_known_cloud_keeps_its_audience_with_another_metrics_endpoint():
    cloud = clouds.of("AzureUSGovernment", {}, metrics_endpoint="https://metrics.contoso.com")
    assert cloud == dataclasses.replace(clouds.GOVERNMENT, metrics="https://metrics.contoso.com")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "AzureGermanCloud"}, "--cloud AzureGermanCloud is not known"),
        (
            {"name": "AzureCloud", "arm_endpoint": "https://a.example"},
            "--cloud and --arm-endpoint exclude each other",
        ),
        ({"arm_audience": "https://a.example"}, "--arm-audience needs --arm-endpoint"),
        ({"arm_endpoint": "http://a.example"}, "--arm-endpoint 'http://a.example' can't be used"),
        ({"arm_endpoint": "https://a.example/arm"}, "--arm-endpoint 'https://a.example/arm' can't be used"),
        ({"arm_endpoint": "https://u@a.example"}, "--arm-endpoint 'https://u@a.example' can't be used"),
        ({"arm_endpoint": "https://a.example:0"}, "--arm-endpoint 'https://a.example:0' can't be used"),
        ({"arm_endpoint": "https://a.example:65536"}, "--arm-endpoint 'https://a.example:65536' can't be used"),
        ({"arm_endpoint": ""}, "--arm-endpoint '' can't be used"),
        ({"metrics_endpoint": "metrics"}, "--metrics-endpoint 'metrics' can't be used"),
        (
            {"arm_endpoint": "https://a.example", "arm_audience": "not a URI"},
            "--arm-audience 'not a URI' can't be used",
        ),
        (
            {"arm_endpoint": "https://a.example", "environment": {"AZURE_AUTHORITY_HOST": "http://a.example"}},
            "AZURE_AUTHORITY_HOST 'http://a.example' can't be used",
        ),
    ],
)
def test_a_bad_option_is_said_by_its_name(options, message):
    with pytest.raises(UsageError) as found:
        clouds.of(options.pop("name", None), options.pop("environment", {}), **options)
    assert found.value.message == message
    assert found.value.hint


@pytest.mark.parametrize("port", [1, 65535])
def test_the_ports_at_both_ends_are_ports(port):
    assert clouds.of(None, {}, arm_endpoint=f"https://a.example:{port}").arm == f"https://a.example:{port}"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("westeurope", "https://westeurope.metrics.monitor.azure.com"),
        ("evil.example/", None),
        ("WestEurope", None),
        ("", None),
    ],
)
def test_the_host_of_the_metrics_batch_is_made_of_a_region_and_nothing_else(region, expected):
    assert clouds.PUBLIC.metrics_in(region) == expected


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example", Address("a.example", 443, "", "")),
        ("HTTPS://A.Example:8443/P?q=1", Address("a.example", 8443, "/P", "q=1")),
        ("https://a.example?q", Address("a.example", 443, "", "q")),
        ("http://a.example/", None),
        ("https://a.example@evil.example/", None),
        ("https://a.example\\@evil.example/", None),
        ("https://a.example/#x", None),
        ("https://a.example/\n", None),
        (" https://a.example/", None),
        ("https://[::1]/", None),
        ("https:///x", None),
        ("//a.example/", None),
        ("https://a.example:99999999/", None),
        ("https://a_b.example/", None),
    ],
)
def test_an_address_is_read_in_one_way_or_not_at_all(url, address):
    assert Address.parse(url) == address


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://management.azure.com/subscriptions?api-version=2022-12-01", True),
        ("https://MANAGEMENT.azure.com:443/subscriptions", True),
        ("https://westeurope.metrics.monitor.azure.com/subscriptions", True),
        ("https://management.azure.com:8443/subscriptions", False),
        ("https://management.azure.com./subscriptions", False),
        ("https://metrics.monitor.azure.com/subscriptions", False),
        ("https://a.b.metrics.monitor.azure.com/subscriptions", False),
        ("https://xmanagement.azure.com/", False),
        ("https://management.azure.com.evil.example/", False),
        ("https://westeurope.metrics.monitor.azure.com.evil.example/", False),
        ("https://westeurope.metricsXmonitor.azure.com/", False),
        ("https://management.usgovcloudapi.net/", False),
        ("https://management.azure.com/a/../b", False),
        ("https://management.azure.com/a/%2E%2e/b", False),
        ("https://management.azure.com/a/x%2f..%2fb", False),
        ("https://management.azure.com/a/./b", False),
        ("https://management.azure.com/a/..b/.c/d..", True),
    ],
)
def test_which_urls_are_of_the_public_cloud(url, allowed):
    assert clouds.PUBLIC.allows(url) is allowed
