"""The ids of what the sample estate is made of, by the names that the scripts give them."""

from __future__ import annotations

from tools.sample_shapes import (
    ACCOUNTS,
    ACTION_GROUPS,
    APP_GATEWAYS,
    COMPONENTS,
    COSMOS,
    DEV,
    ENDPOINTS,
    FRONT_DOOR_WAFS,
    FRONT_DOORS,
    GATEWAYS,
    LOG_WORKSPACES,
    NETWORKS,
    POLICY_SETS,
    PROD,
    REDIS,
    RG_DEV,
    RG_HUB,
    RG_PROD,
    RG_PROD_SDC,
    ROUTE_TABLES,
    SEARCH,
    SITES,
    STORAGE,
    VAULTS,
    ZONES,
    guid,
)

OAI_WEU = f"{RG_PROD}/providers/{ACCOUNTS}/oai-nwa-prod-weu"
OAI_SDC = f"{RG_PROD_SDC}/providers/{ACCOUNTS}/oai-nwa-prod-sdc"
AIF_INSIGHTS = f"{RG_PROD}/providers/{ACCOUNTS}/aif-nwa-insights-prod-weu"
SPEECH = f"{RG_PROD}/providers/{ACCOUNTS}/spch-nwa-prod-weu"
AIF_HUB = f"{RG_HUB}/providers/{ACCOUNTS}/aif-nwa-hub-weu"
OAI_HUB_SDC = f"{RG_HUB}/providers/{ACCOUNTS}/oai-nwa-hub-sdc"
AIF_DEV = f"{RG_DEV}/providers/{ACCOUNTS}/aif-nwa-dev-weu"
OAI_DEV = f"{RG_DEV}/providers/{ACCOUNTS}/oai-nwa-dev-weu"
APIM_HUB = f"{RG_HUB}/providers/{GATEWAYS}/apim-nwa-hub-weu"
APIM_SDC = f"{RG_PROD_SDC}/providers/{GATEWAYS}/apim-nwa-prod-sdc"
SRCH_WEU = f"{RG_PROD}/providers/{SEARCH}/srch-nwa-prod-weu"
SRCH_SDC = f"{RG_PROD_SDC}/providers/{SEARCH}/srch-nwa-prod-sdc"
SRCH_HUB = f"{RG_HUB}/providers/{SEARCH}/srch-nwa-hub-weu"
SRCH_DEV = f"{RG_DEV}/providers/{SEARCH}/srch-nwa-dev-weu"
FILTER_WEU = f"{OAI_WEU}/raiPolicies/nwa-assist"
FILTER_SDC = f"{OAI_SDC}/raiPolicies/nwa-assist"
FILTER_INSIGHTS = f"{AIF_INSIGHTS}/raiPolicies/tickets"
PARTNER_DESK = f"{AIF_HUB}/projects/partner-desk"
APP = f"{RG_PROD}/providers/{SITES}/app-nwa-assist-prod-weu"
APP_SDC = f"{RG_PROD_SDC}/providers/{SITES}/app-nwa-assist-prod-sdc"
TICKETS_APP = f"{RG_PROD}/providers/{SITES}/app-nwa-insights-prod-weu"
TICKETS_LOADER = f"{RG_PROD}/providers/{SITES}/func-nwa-insights-prod-weu"
TICKETS_IDENTITY = f"{RG_PROD}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-nwa-insights"
INGEST = f"{RG_PROD}/providers/{SITES}/func-nwa-ingest-prod-weu"
CHATS = f"{RG_PROD}/providers/{COSMOS}/cosmos-nwa-prod-weu"
CACHE = f"{RG_PROD}/providers/{REDIS}/redis-nwa-prod-weu"
DOCUMENTS = f"{RG_PROD}/providers/{STORAGE}/stnwaprodweu"
TICKETS = f"{RG_PROD}/providers/{STORAGE}/stnwainsightsprod"
VAULT_HUB = f"{RG_HUB}/providers/{VAULTS}/kv-nwa-hub"
VAULT_PROD = f"{RG_PROD}/providers/{VAULTS}/kv-nwa-prod-weu"
APPI_HUB = f"{RG_HUB}/providers/{COMPONENTS}/appi-nwa-hub-weu"
APPI_PROD = f"{RG_PROD}/providers/{COMPONENTS}/appi-nwa-prod-weu"
EDGE = f"{RG_HUB}/providers/{FRONT_DOORS}/afd-nwa-hub"
EDGE_WAF = f"{RG_HUB}/providers/{FRONT_DOOR_WAFS}/wafnwahub"
PARTNERS = f"{RG_HUB}/providers/{APP_GATEWAYS}/agw-nwa-hub-weu"
PE_WEU = f"{RG_PROD}/providers/{ENDPOINTS}/pe-oai-nwa-prod-weu"
PE_SDC = f"{RG_PROD_SDC}/providers/{ENDPOINTS}/pe-oai-nwa-prod-sdc"
PE_INSIGHTS = f"{RG_PROD}/providers/{ENDPOINTS}/pe-aif-nwa-insights-prod-weu"
PE_HUB = f"{RG_HUB}/providers/{ENDPOINTS}/pe-aif-nwa-hub-weu"
PE_HUB_SDC = f"{RG_HUB}/providers/{ENDPOINTS}/pe-oai-nwa-hub-sdc"
PE_SEARCH = f"{RG_PROD}/providers/{ENDPOINTS}/pe-srch-nwa-prod-weu"
PE_CHATS = f"{RG_PROD}/providers/{ENDPOINTS}/pe-cosmos-nwa-prod-weu"


CENTRAL_LOGS = f"{RG_HUB}/providers/{LOG_WORKSPACES}/log-nwa-hub-weu"
SWEDISH_LOGS = f"{RG_HUB}/providers/{LOG_WORKSPACES}/log-nwa-hub-sdc"
INSIGHTS_DESK = f"{RG_PROD}/providers/{ACTION_GROUPS}/ag-nwa-insights"
ON_CALL = f"{RG_PROD}/providers/{ACTION_GROUPS}/ag-nwa-prod"
WAY_OUT = f"{RG_HUB}/providers/{ROUTE_TABLES}/rt-nwa-hub-weu-gateway"
NET_HUB = f"{RG_HUB}/providers/{NETWORKS}/vnet-nwa-hub-weu"
NET_HUB_SDC = f"{RG_HUB}/providers/{NETWORKS}/vnet-nwa-hub-sdc"
NET_PROD = f"{RG_PROD}/providers/{NETWORKS}/vnet-nwa-prod-weu"
NET_SDC = f"{RG_PROD_SDC}/providers/{NETWORKS}/vnet-nwa-prod-sdc"
ZONE_OPENAI = f"{RG_HUB}/providers/{ZONES}/privatelink.openai.azure.com"
ZONE_COGNITIVE = f"{RG_HUB}/providers/{ZONES}/privatelink.cognitiveservices.azure.com"
ASSIST_CHAT = f"{APIM_HUB}/apis/assist-chat"
CHAT_TESTER = f"{DEV}/providers/Microsoft.Authorization/roleDefinitions/{guid('chat-tester')}"
MODEL_POLICIES = f"{PROD}/providers/{POLICY_SETS}/northwind-models"
MODEL_OPERATOR = f"{PROD}/providers/Microsoft.Authorization/roleDefinitions/{guid('model-operator')}"
