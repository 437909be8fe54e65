// biome-ignore-all lint/style/noExcessiveLinesPerFile: generated
// Generated from schemas/config by scripts/generate-config-types.ts; change the schemas and run `npm run generate`.
//
// Specs are typed as they are read: with defaults applied. A property that is required or has a default is always there.
import type { JsonObject } from '../lib/json.ts';

/** The kinds of resources, in the order in which the language lists them. */
export const KINDS = [
  'Repository',
  'Environment',
  'Gateway',
  'Provider',
  'Model',
  'Route',
  'Limit',
  'Budget',
  'Cache',
  'Prompt',
  'ContextPolicy',
  'ToolServer',
  'Guardrail',
  'Consumer',
  'Team',
  'Chain',
  'Observability',
  'Rollout',
  'Policy',
] as const;
export type Kind = (typeof KINDS)[number];

/** Lower-case letters, digits, hyphens and dots; at most 63 characters. */
export type Name = string;

/** A name of a Kubernetes object - lower-case letters, digits and hyphens, at most 63 characters. */
export type KubernetesName = string;

/** A name by which clients ask for a model, without spaces and asterisks. */
export type ModelName = string;

/** A pattern of file names, in which ** stands for any folders. */
export type Glob = string;

/**
 * A folder below aigw.yaml - names of letters, digits, dots, hyphens and underscores with slashes between
 * them, none beginning with a dot.
 */
export type Folder = string;

/** A number and its unit - ms, s, m, h or d. */
export type Duration = string;

/** A window of time - a whole number of s, m, h, d, w, mo or y. */
export type Window = string;

/** A number of bytes with its unit - B, KiB, MiB or GiB. */
export type Size = string;

/** A day, as YYYY-MM-DD. */
export type Day = string;

/** A moment with its time zone, as in RFC 3339. */
export type DateTime = string;

/** A currency by its three letters, as in ISO 4217. */
export type Currency = string;

/** An amount of money; its currency stands beside it. */
export type Amount = number;

/** A share, in percent. */
export type Percent = number;

/** A number between 0 and 1. */
export type Fraction = number;

/** A whole number, at least 1. */
export type Count = number;

/** A number of tokens. */
export type Tokens = number;

/** A TCP port. */
export type Port = number;

/** An http or https URL without user and password. */
export type Url = string;

/** A URL, or the environment variable that holds it. */
export type UrlOrEnvironment =
  | Url
  | {
      /** Name of the environment variable. */
      readonly env: EnvironmentVariable;
    };

/** A name of an environment variable - letters, digits and underscores. */
export type EnvironmentVariable = string;

/** A registry of model versions. */
export interface Registry {
  /** The kind of registry; files keeps it under registry/ in this repo. Default: "files". */
  readonly type: 'files' | 'mlflow';
  /** Base URL of the registry server, or the environment variable that holds it. */
  readonly url?: UrlOrEnvironment;
  /** The server's workspace; that of MLFLOW_WORKSPACE when left out. */
  readonly workspace?: string;
  /**
   * What stands before the names of the variables by which this server is reached; with PROD_, its token is
   * PROD_MLFLOW_TRACKING_TOKEN. A server without a prefix is shown nothing that was set for another.
   */
  readonly variablePrefix?: EnvironmentVariable;
}

/** A host name in lower case; its first label may be *. */
export type Host = string;

/** A name of an HTTP header, in lower case. */
export type HeaderName = string;

/** A container image with a tag or a digest. */
export type Image = string;

/** A SHA-256 digest - sha256: and 64 hexadecimal digits. */
export type Digest = string;

/** A regular expression in RE2 syntax; no look-around, no back-references. */
export type RegularExpression = string;

/** Text, a number, or true or false. */
export type Scalar = string | number | boolean;

/** A metric that aigw knows for every target. */
export type Metric =
  | 'error-rate'
  | 'latency-p50'
  | 'latency-p95'
  | 'latency-p99'
  | 'first-token-p95'
  | 'tokens-per-request'
  | 'cost-per-request'
  | 'refusal-rate'
  | 'fallback-rate';

/** A field of the model context protocol. */
export type ContextField =
  | 'user_id'
  | 'session_id'
  | 'current_turn_text'
  | 'history_summary'
  | 'retrieved_documents'
  | 'model_parameters';

/** Where a secret lies; never the secret itself. */
export type SecretReference =
  | {
      /** Name of a Kubernetes Secret. */
      readonly secret: KubernetesName;
      /** Key within it. */
      readonly key: string;
    }
  | {
      /** Name of an environment variable of the gateway. */
      readonly env: EnvironmentVariable;
    }
  | {
      /** Path in Vault. */
      readonly vault: string;
      /** Key within it. */
      readonly key: string;
    }
  | {
      /** Name of an External Secrets store. */
      readonly external: KubernetesName;
      /** Key within it. */
      readonly key: string;
    };

/** Text, or a reference to a secret. */
export type TextOrSecret = string | SecretReference;

/** Text that must be equal, or {prefix}, or {regex}, or {present}. */
export type Matcher =
  | string
  | {
      /** What it must begin with. */
      readonly prefix: string;
    }
  | {
      /** What the whole of it must match. */
      readonly regex: RegularExpression;
    }
  | {
      /** Whether it must be there at all. */
      readonly present: boolean;
    };

/** A range; both ends belong to it. */
export interface Range {
  /** Smallest value, in the unit of the field. */
  readonly min?: number;
  /** Largest value, in the unit of the field. */
  readonly max?: number;
}

/** A value that must be equal, a range, or a list of values. */
export type Condition =
  | string
  | number
  | boolean
  | {
      /** Smallest value, in the unit of the parameter. */
      readonly min?: number;
      /** Largest value, in the unit of the parameter. */
      readonly max?: number;
    }
  | {
      /** Values, one of which it must have. */
      readonly in: readonly Scalar[];
    };

/** How many requests or tokens in a window of time. */
export interface Rate {
  /** Requests allowed in the window. */
  readonly requests?: Count;
  /** Tokens allowed in the window. */
  readonly tokens?: Tokens;
  /** Which tokens are counted. Default: "total". */
  readonly count: 'total' | 'input' | 'output';
  /** The window. */
  readonly per: Window;
  /** How many more may come at once. */
  readonly burst?: Count;
}

/** How many pods run. */
export interface Replicas {
  /** Fewest pods. Default: 1. */
  readonly min: Count;
  /** Most pods; as many as min when left out. */
  readonly max?: Count;
}

/** What each pod asks for; memory is also the most that it may use. */
export interface Resources {
  /** Processor cores. */
  readonly cpu?: number;
  /** Main memory. */
  readonly memory?: Size;
  /** Graphics processors. */
  readonly gpu?: Count;
}

/** What the number of pods follows, between the least and the most replicas. */
export interface Scaling {
  /** What is looked at. */
  readonly by: 'cpu' | 'memory' | 'prometheus';
  /** Value for each pod to be kept at; percent of the request for cpu and memory. */
  readonly target: number;
  /** PromQL query whose value is divided by the target; for prometheus. */
  readonly query?: string;
  /** URL of the Prometheus server; for prometheus. */
  readonly server?: Url;
}

/** Headers set and removed. */
export interface HeaderEdits {
  /** Headers set to a value. */
  readonly set?: Readonly<Record<string, string>>;
  /** Headers removed. */
  readonly remove?: readonly HeaderName[];
}

/** Top-level fields of a JSON body set and removed. */
export interface BodyEdits {
  /** Fields set to a value. */
  readonly set?: JsonObject;
  /** Fields removed. */
  readonly remove?: readonly string[];
}

/** Where something is kept. */
export interface Store {
  /** memory is lost with the pod and not shared between pods. Default: "memory". */
  readonly type: 'memory' | 'redis';
  /** Host of the server. */
  readonly host?: Host;
  /** Port of the server. Default: 6379. */
  readonly port: Port;
  /** Whether the connection is encrypted. Default: false. */
  readonly tls: boolean;
  /** Password of the server. */
  readonly credential?: SecretReference;
}

/**
 * error stops; warn leaves the field out and says so; emulate builds it from what the target has, where that
 * is possible.
 */
export type Unsupported = 'error' | 'warn' | 'emulate';

/** One answer for the whole resource, or one for each field by its path within spec. */
export type OnUnsupported = Unsupported | Readonly<Record<string, Unsupported>>;

/** Who the resource is; the same in every environment. */
export interface RootMetadata {
  /** Name, unique among the resources of this kind; other resources refer to it by this name. */
  readonly name: Name;
  /** Team that owns it. */
  readonly team?: Name;
  /** What it is for, in a sentence. */
  readonly description?: string;
  /** Labels, copied to rendered Kubernetes objects. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Who the resource is. */
export interface Metadata {
  /** Name, unique among the resources of this kind; other resources refer to it by this name. */
  readonly name: Name;
  /**
   * Makes the document an overlay - what differs in this environment from the document of the same kind and name
   * without one.
   */
  readonly environment?: Name;
  /** Team that owns it. */
  readonly team?: Name;
  /** What it is for, in a sentence. */
  readonly description?: string;
  /** Labels, copied to rendered Kubernetes objects. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * The root of a config repo, in aigw.yaml. It names the environments and says where models, metrics and change
 * requests live.
 */
export interface RepositorySpec {
  /** Names of the environments, in the order of promotion. */
  readonly environments: readonly Name[];
  /**
   * Globs of the files that hold resources, relative to aigw.yaml; they may be YAML or JSON. Default:
   * ["**\/*.yaml","**\/*.yml"].
   */
  readonly include: readonly Glob[];
  /** Globs of files to leave unread, applied after include. Default: []. */
  readonly exclude: readonly Glob[];
  /** Where model versions and their runs are recorded, and what promotions have done. */
  readonly registry?: Registry;
  /** Where measurements of running gateways come from. */
  readonly metrics?: RepositoryMetrics;
  /** Where change requests are opened. */
  readonly platform?: RepositoryPlatform;
  /**
   * Folder that rendered files are written to, relative to aigw.yaml; it is never read as config. Default:
   * "out".
   */
  readonly output: Folder;
}

/** Where measurements of running gateways come from. */
export interface RepositoryMetrics {
  /** The kind of metrics source; file reads an OpenMetrics text. Default: "file". */
  readonly type: 'file' | 'prometheus';
  /** Base URL of the server, or the environment variable that holds it. */
  readonly url?: UrlOrEnvironment;
  /** Path of the OpenMetrics file, relative to aigw.yaml; for type file. */
  readonly path?: string;
}

/** Where change requests are opened. */
export interface RepositoryPlatform {
  /** The kind of Git host; local works on the Git repository at hand. Default: "local". */
  readonly type: 'local' | 'gitlab' | 'github';
  /** Base URL of a self-managed host, or the environment variable that holds it. */
  readonly url?: UrlOrEnvironment;
  /** Path of the project on the host; what the CI job says of itself when left out. */
  readonly project?: string;
  /** Branch that change requests lead to. Default: "main". */
  readonly branch: string;
}

/**
 * A place where gateways run. An environment named in aigw.yaml but without a document of its own has the
 * defaults.
 */
export interface EnvironmentSpec {
  /** Kubernetes namespace that everything of this environment is rendered into. Default: "aigw". */
  readonly namespace: KubernetesName;
  /** The Kubernetes cluster of this environment. */
  readonly cluster?: EnvironmentCluster;
  /** Where the cluster runs. */
  readonly cloud?: EnvironmentCloud;
  /** Gateways that this environment runs; all of them when left out. */
  readonly gateways?: readonly Name[];
  /** How references to secrets become Kubernetes Secrets. Without a store, the Secrets are expected to exist. */
  readonly secrets?: EnvironmentSecrets;
  /** What the pods of this environment may reach, beyond what the config itself needs. */
  readonly network?: EnvironmentNetwork;
  /** A registry of this environment's own, into which promotions copy versions; that of aigw.yaml when left out. */
  readonly registry?: Registry;
  /** Kubernetes labels put on every rendered object. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The Kubernetes cluster of this environment. */
export interface EnvironmentCluster {
  /** Name of the cluster, as Argo CD or the kubeconfig knows it. */
  readonly name?: Name;
  /** URL of the cluster's API server. */
  readonly server?: Url;
}

/** Where the cluster runs. */
export interface EnvironmentCloud {
  /** Cloud vendor. */
  readonly provider?: 'aws' | 'azure' | 'gcp' | 'on-premises';
  /** The vendor's name of the region; policies may allow or forbid it. */
  readonly region?: string;
}

/** How references to secrets become Kubernetes Secrets. Without a store, the Secrets are expected to exist. */
export interface EnvironmentSecrets {
  /** External Secrets store that references of the form {secret, key} are filled from. */
  readonly store?: KubernetesName;
  /** External Secrets store that references of the form {vault, key} are filled from. */
  readonly vaultStore?: KubernetesName;
  /** Kind of the stores. Default: "ClusterSecretStore". */
  readonly storeKind: 'ClusterSecretStore' | 'SecretStore';
  /** How often values are read again from the store. Default: "1h". */
  readonly refresh: Duration;
}

/** What the pods of this environment may reach, beyond what the config itself needs. */
export interface EnvironmentNetwork {
  /** Namespaces whose pods may call the gateways; when left out, any namespace of the cluster. */
  readonly ingressFrom?: readonly KubernetesName[];
  /**
   * Ingress class of the controller that serves listeners with https of gateways that do not serve TLS
   * themselves. Default: "nginx".
   */
  readonly ingressClass: KubernetesName;
  /** Namespaces whose pods may scrape metrics. Default: []. */
  readonly monitoringFrom: readonly KubernetesName[];
}

/**
 * One gateway, run by one target system. Its routes are tried in the order listed; the first that matches
 * wins.
 */
export interface GatewaySpec {
  /** The system that runs this gateway. */
  readonly target: GatewayTarget;
  /** Where clients connect. */
  readonly listeners: readonly GatewayListener[];
  /** Routes in the order in which they are tried. */
  readonly routes: readonly Name[];
  /** Consumers that may call this gateway. None listed means that nobody may. Default: []. */
  readonly consumers: readonly Name[];
  /**
   * Request header that carries a consumer's API key. With authorization, the key follows the word Bearer.
   * Default: "authorization".
   */
  readonly apiKeyHeader: HeaderName;
  /** Guardrails for every route, before those of the route, in order. Default: []. */
  readonly guardrails: readonly Name[];
  /** Limits that hold for the whole gateway. Default: []. */
  readonly limits: readonly Name[];
  /** Budgets that the gateway's whole traffic counts against. Default: []. */
  readonly budgets: readonly Name[];
  /** MCP servers that consumers reach through this gateway. Default: []. */
  readonly toolServers: readonly Name[];
  /** Metrics, logs, traces and objectives. */
  readonly observability?: Name;
  /** How the gateway itself runs on Kubernetes. */
  readonly workload?: GatewayWorkload;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
  /**
   * Settings of one target system that this language has no word for. Checked, merged last, and named in the
   * loss report.
   */
  readonly targets?: GatewayTargets;
}

/** The system that runs this gateway. */
export interface GatewayTarget {
  /** The system. */
  readonly type: 'envoy-ai-gateway' | 'litellm';
  /** Version of the system, as a string. */
  readonly version: string;
  /** Which edition is licensed. Default: "oss". */
  readonly edition: 'oss' | 'enterprise';
  /** An existing GatewayClass to use; when left out, one is rendered. */
  readonly class?: KubernetesName;
}

export interface GatewayListener {
  /** Name of the listener. */
  readonly name: Name;
  /** Host name that the listener answers to; any when left out. */
  readonly host?: Host;
  /** TCP port. */
  readonly port: Port;
  /** Protocol that clients speak. Default: "https". */
  readonly protocol: 'http' | 'https';
  /** Certificates; needed when the protocol is https. */
  readonly tls?: GatewayListenerTls;
}

/** Certificates; needed when the protocol is https. */
export interface GatewayListenerTls {
  /** Kubernetes TLS Secret with the certificate and its key. */
  readonly secret: KubernetesName;
  /** Lowest TLS version that is accepted. Default: "1.2". */
  readonly minVersion: '1.2' | '1.3';
  /** Certificate authority that signs the clients' certificates; makes client certificates required (mTLS). */
  readonly clientCa?: SecretReference;
}

/** How the gateway itself runs on Kubernetes. */
export interface GatewayWorkload {
  /** Container image, by tag or digest; the target's own default image of its version when left out. */
  readonly image?: Image;
  /** How many pods. */
  readonly replicas?: Replicas;
  /** What each pod asks for and may use. */
  readonly resources?: Resources;
  /** What the number of pods follows. */
  readonly scaling?: Scaling;
}

/**
 * Settings of one target system that this language has no word for. Checked, merged last, and named in the
 * loss report.
 */
export interface GatewayTargets {
  /** Keys of LiteLLM's own configuration file, merged over the rendered ones. */
  readonly litellm?: JsonObject;
  /** By kind of rendered object: what is merged into each object of that kind. */
  readonly 'envoy-ai-gateway'?: Readonly<Record<string, JsonObject>>;
}

/** Somebody who serves models - a vendor, a server of one's own, or another gateway of this repo. */
export interface ProviderSpec {
  /**
   * The wire protocol that it speaks. openai also stands for the many servers that speak the same protocol
   * (vLLM, Ollama, …); http is any other HTTP service.
   */
  readonly api:
    | 'openai'
    | 'azure-openai'
    | 'anthropic'
    | 'bedrock'
    | 'gemini'
    | 'vertex-ai'
    | 'mistral'
    | 'cohere'
    | 'sagemaker'
    | 'kserve'
    | 'http';
  /**
   * Base URL. Not needed where the vendor's region or a gateway of this repo decides it, or where the model is
   * served by the config itself.
   */
  readonly url?: Url;
  /** Another gateway of this repo that serves as provider; the URL follows from it. */
  readonly gateway?: Name;
  /** Version of the vendor's API, where it wants one. */
  readonly apiVersion?: string;
  /** The vendor's region that the data goes to. */
  readonly region?: string;
  /** The vendor's project or account. */
  readonly project?: string;
  /** The key that the gateway shows to the provider. */
  readonly credential?: SecretReference;
  /** Use the pod's own cloud identity in place of a credential. */
  readonly identity?: 'workload';
  /** Headers added to every request to the provider. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the connection to the provider is secured, beyond the system's own certificate authorities. */
  readonly tls?: ProviderTls;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** How the connection to the provider is secured, beyond the system's own certificate authorities. */
export interface ProviderTls {
  /** Certificate authority that signed the provider's certificate. */
  readonly ca?: SecretReference;
  /** Name that the provider's certificate must carry. */
  readonly serverName?: Host;
  /** Kubernetes TLS Secret that the gateway shows to the provider (mTLS). */
  readonly clientCertificate?: KubernetesName;
}

/**
 * A model that routes can send requests to. Its name is what this repo calls it; upstreamModel is what the
 * provider calls it.
 */
export interface ModelSpec {
  /** Who serves it. */
  readonly provider: Name;
  /**
   * The provider's own name of the model; the resource's name when left out. * sends on the name that the client
   * asked for, as to another gateway.
   */
  readonly upstreamModel?: string;
  /** Other names by which clients may ask for it. Default: []. */
  readonly aliases: readonly ModelName[];
  /** Name of the registered model in the registry, for models of one's own. */
  readonly registry?: string;
  /** Version of the registered model, pinned for each environment by aigw promote. */
  readonly version?: string;
  /** Digest of the registered version's artifacts. */
  readonly digest?: Digest;
  /** How much it can read and write. */
  readonly context?: ModelContext;
  /** What it can do; prediction is any classic model that answers features with scores. Default: ["chat"]. */
  readonly capabilities: readonly (
    | 'chat'
    | 'completion'
    | 'embeddings'
    | 'rerank'
    | 'prediction'
    | 'tools'
    | 'vision'
    | 'audio'
    | 'streaming'
    | 'json-schema'
    | 'reasoning'
  )[];
  /** What it costs. Prices are per million tokens. */
  readonly price?: ModelPrice;
  /** How tokens are counted offline; estimate counts four characters as one token. Default: "o200k". */
  readonly tokenizer: 'o200k' | 'cl100k' | 'estimate';
  /** Request parameters such as temperature. */
  readonly parameters?: ModelParameters;
  /** What the provider allows us, as rates; the gateway keeps below them. */
  readonly quota?: readonly Rate[];
  /** Requests that may be with the model at one time. */
  readonly concurrency?: Count;
  /** How the gateway finds out, without a client's request, that the model is down. */
  readonly health?: ModelHealth;
  /**
   * The container that this environment runs to serve the model. Left out, the model is served elsewhere. What
   * is pinned of a registered model is told to the container in the environment variables MODEL_NAME,
   * MODEL_VERSION and MODEL_DIGEST.
   */
  readonly serving?: ModelServing;
  /** Says that the model is on its way out. */
  readonly deprecated?: ModelDeprecated;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
  /**
   * Settings of one target system that this language has no word for. Checked, merged last, and named in the
   * loss report.
   */
  readonly targets?: ModelTargets;
}

/** How much it can read and write. */
export interface ModelContext {
  /** Tokens that prompt and answer may have together. */
  readonly window: Tokens;
  /** Tokens that an answer may have at most. */
  readonly output?: Tokens;
}

/** What it costs. Prices are per million tokens. */
export interface ModelPrice {
  /** Currency of every price here. */
  readonly currency: Currency;
  /** Per million tokens read. */
  readonly input?: Amount;
  /** Per million tokens read from the provider's prompt cache. */
  readonly cachedInput?: Amount;
  /** Per million tokens written to the provider's prompt cache. */
  readonly cacheWrite?: Amount;
  /** Per million tokens written. */
  readonly output?: Amount;
  /** Per million tokens of reasoning; the price of output when left out. */
  readonly reasoning?: Amount;
  /** Per single request, on top. */
  readonly request?: Amount;
}

/** Request parameters such as temperature. */
export interface ModelParameters {
  /** Values used where the request has none. */
  readonly default?: Readonly<Record<string, Scalar>>;
  /** Values that replace whatever the request asks for. */
  readonly fixed?: Readonly<Record<string, Scalar>>;
  /** Parameters that are removed from requests. Default: []. */
  readonly forbidden: readonly string[];
}

/** How the gateway finds out, without a client's request, that the model is down. */
export interface ModelHealth {
  /** Path that answers 2xx when all is well. */
  readonly path?: string;
  /** Time between two probes. Default: "30s". */
  readonly interval: Duration;
  /** Time after which a probe counts as failed. Default: "5s". */
  readonly timeout: Duration;
  /** Failed probes in a row before the model is left out. Default: 3. */
  readonly failures: Count;
}

/**
 * The container that this environment runs to serve the model. Left out, the model is served elsewhere. What
 * is pinned of a registered model is told to the container in the environment variables MODEL_NAME,
 * MODEL_VERSION and MODEL_DIGEST.
 */
export interface ModelServing {
  /** Container image, by tag or digest. */
  readonly image: Image;
  /** Port that the container listens on. Default: 8080. */
  readonly port: Port;
  /** Arguments of the container. Default: []. */
  readonly args: readonly string[];
  /** Environment variables of the container; text, or a reference to a secret. */
  readonly env?: Readonly<Record<string, TextOrSecret>>;
  /** Path that answers 2xx when the container can serve. Default: "/health". */
  readonly health: string;
  /** Time that the container may take to load the model. Default: "5m". */
  readonly startup: Duration;
  /** How many pods. */
  readonly replicas?: Replicas;
  /** What each pod asks for and may use. */
  readonly resources?: Resources;
  /** What the number of pods follows. */
  readonly scaling?: Scaling;
}

/** Says that the model is on its way out. */
export interface ModelDeprecated {
  /** Day from which it is deprecated. */
  readonly since?: Day;
  /** Day from which it must not be used any more. */
  readonly sunset: Day;
  /** What to use in its place. */
  readonly replacement?: Name;
}

/**
 * Settings of one target system that this language has no word for. Checked, merged last, and named in the
 * loss report.
 */
export interface ModelTargets {
  /** Keys merged over each of the model's entries in LiteLLM's model_list. */
  readonly litellm?: JsonObject;
}

/**
 * What happens to a request - which requests it takes, what is done to them, which models answer, and what
 * happens when they do not.
 */
export interface RouteSpec {
  /**
   * Alternatives; the route takes a request that fulfils all conditions of at least one. Left out, it takes
   * every request.
   */
  readonly match?: readonly RouteMatch[];
  /** Consumers that may use this route; all of the gateway's when left out. Others are refused. */
  readonly consumers?: readonly Name[];
  /** The version of the API that this route is part of. */
  readonly api?: RouteApi;
  /** What is done to a request before it goes to a model. */
  readonly request?: RouteRequest;
  /** What is done to an answer before it goes to the client. */
  readonly response?: RouteResponse;
  /** Capabilities that every backend, fallbacks included, must have. Default: []. */
  readonly requires: readonly (
    | 'chat'
    | 'completion'
    | 'embeddings'
    | 'rerank'
    | 'prediction'
    | 'tools'
    | 'vision'
    | 'audio'
    | 'streaming'
    | 'json-schema'
    | 'reasoning'
  )[];
  /** Prompt put around the request. */
  readonly prompt?: Name;
  /** What is remembered of the conversation and put into the prompt. */
  readonly context?: Name;
  /** Guardrails after those of the gateway, in order. Default: []. */
  readonly guardrails: readonly Name[];
  /** Cache for answers. */
  readonly cache?: Name;
  /** Limits that hold for this route. Default: []. */
  readonly limits: readonly Name[];
  /** Budgets that this route's traffic counts against. Default: []. */
  readonly budgets: readonly Name[];
  /** Who answers. Weights are percent and add up to 100. */
  readonly backends?: readonly RouteBackend[];
  /**
   * How the backend of a request is chosen; anything but weight lets the gateway shift the shares. Default:
   * "weight".
   */
  readonly balance: 'weight' | 'least-latency' | 'least-cost' | 'least-busy';
  /** Sends what belongs together to the same backend. */
  readonly sticky?: RouteSticky;
  /** Copies of requests sent to another model, whose answers are thrown away. */
  readonly mirror?: readonly RouteMirror[];
  /** Who answers when no backend does. */
  readonly fallback?: RouteFallback;
  /** Tries again with the same tier before falling back. */
  readonly retry?: RouteRetry;
  /** How long things may take. */
  readonly timeout?: RouteTimeout;
  /** Leaves a failing backend alone for a while. */
  readonly circuitBreaker?: RouteCircuitBreaker;
  /** How a changed backend moves in. */
  readonly rollout?: Name;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface RouteMatch {
  /** Host that the client asked for. */
  readonly host?: Matcher;
  /** Path of the request. */
  readonly path?: Matcher;
  /** HTTP method. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Request headers, each of which must match. */
  readonly headers?: Readonly<Record<string, Matcher>>;
  /** The model that the client asked for. */
  readonly model?: Matcher;
  /** Who asks. */
  readonly consumers?: readonly Name[];
  /** What the request holds. */
  readonly input?: RouteMatchInput;
  /** Request parameters, each of which must fulfil its condition. */
  readonly parameters?: Readonly<Record<string, Condition>>;
}

/** What the request holds. */
export interface RouteMatchInput {
  /** Tokens of the input. */
  readonly tokens?: Range;
  /** Characters of the input. */
  readonly characters?: Range;
  /** Kind of input. */
  readonly type?: 'text' | 'image' | 'audio' | 'json';
}

/** The version of the API that this route is part of. */
export interface RouteApi {
  /** Name of the version. */
  readonly version?: string;
  /** Day from which answers carry a deprecation notice. */
  readonly deprecated?: Day;
  /** Day from which the route must not be used any more. */
  readonly sunset?: Day;
  /** The route to use in its place. */
  readonly replacement?: Name;
}

/** What is done to a request before it goes to a model. */
export interface RouteRequest {
  /** Path of a JSON Schema file, relative to aigw.yaml, that the body must fulfil. */
  readonly schema?: string;
  /** Largest body that is accepted. */
  readonly maxSize?: Size;
  /** Header changes. */
  readonly headers?: HeaderEdits;
  /** Changes of the JSON body's top-level fields. */
  readonly body?: BodyEdits;
  /** Path that replaces the matched path prefix. */
  readonly rewritePrefix?: string;
}

/** What is done to an answer before it goes to the client. */
export interface RouteResponse {
  /** Path of a JSON Schema file, relative to aigw.yaml, that the answer must fulfil. */
  readonly schema?: string;
  /** Header changes. */
  readonly headers?: HeaderEdits;
  /** Changes of the JSON body's top-level fields. */
  readonly body?: BodyEdits;
}

export interface RouteBackend {
  /** Name of the backend, stable over changes of its model; metrics and rollouts speak of it. */
  readonly name: Name;
  /** Model that answers. */
  readonly model?: Name;
  /** Chain that answers, in place of a model. */
  readonly chain?: Name;
  /** Share of the route's requests, in percent. */
  readonly weight: Percent;
  /** Prompt in place of the route's, for an A/B test of prompts. */
  readonly prompt?: Name;
}

/** Sends what belongs together to the same backend. */
export interface RouteSticky {
  /** What belongs together. */
  readonly by: 'consumer' | 'session' | 'header' | 'cookie' | 'source-ip';
  /** Name of the header or cookie. */
  readonly name?: string;
  /** Time for which it holds. */
  readonly ttl?: Duration;
}

export interface RouteMirror {
  /** Name of the mirror. */
  readonly name: Name;
  /** Model that gets the copies. */
  readonly model: Name;
  /** Share of the requests that is copied. Default: 100. */
  readonly percent: Percent;
}

/** Who answers when no backend does. */
export interface RouteFallback {
  /** What makes a request fall back. Default: ["error","timeout","rate-limited"]. */
  readonly when: readonly ('error' | 'timeout' | 'rate-limited' | 'context-too-long' | 'content-refused')[];
  /** Tiers in the order in which they are tried; weights in a tier are percent and add up to 100. */
  readonly tiers: readonly (readonly RouteFallbackTier[])[];
}

export interface RouteFallbackTier {
  /** Model that answers. */
  readonly model: Name;
  /** Share of the tier's requests, in percent. Default: 100. */
  readonly weight: Percent;
}

/** Tries again with the same tier before falling back. */
export interface RouteRetry {
  /** How often it tries again. */
  readonly attempts: Count;
  /**
   * What it tries again after; rate-limited is status 429, conflict 409. Default:
   * ["connect","5xx","rate-limited"].
   */
  readonly when: readonly ('connect' | 'timeout' | '5xx' | 'rate-limited' | 'conflict')[];
  /** Time that each try may take. */
  readonly perTry?: Duration;
  /** Waiting between two tries, growing exponentially. */
  readonly backoff?: RouteRetryBackoff;
}

/** Waiting between two tries, growing exponentially. */
export interface RouteRetryBackoff {
  /** First wait. Default: "100ms". */
  readonly initial: Duration;
  /** Longest wait. Default: "10s". */
  readonly max: Duration;
}

/** How long things may take. */
export interface RouteTimeout {
  /** Until the connection to the provider stands. */
  readonly connect?: Duration;
  /** Until the first token of a streamed answer. */
  readonly firstToken?: Duration;
  /** Between two tokens of a streamed answer. */
  readonly idle?: Duration;
  /** Until the answer is complete. */
  readonly total?: Duration;
}

/** Leaves a failing backend alone for a while. */
export interface RouteCircuitBreaker {
  /** Failures in a row that open it. */
  readonly failures?: Count;
  /** Share of failures within the window that opens it. */
  readonly errorPercent?: Percent;
  /** Requests within the window below which the share says nothing. */
  readonly minimumRequests?: Count;
  /** Time over which failures are counted. */
  readonly window?: Duration;
  /** Time for which the backend is left alone. Default: "30s". */
  readonly cooldown: Duration;
  /** Requests in flight above which further ones are refused at once. */
  readonly maxConcurrent?: Count;
}

/** How much may be asked of a gateway, a route or a model. Whoever refers to a limit is held to it. */
export interface LimitSpec {
  /** Who shares one allowance. */
  readonly for: LimitFor;
  /** Rates that must all be kept. */
  readonly allow?: readonly Rate[];
  /** Requests that may be under way at one time. */
  readonly concurrency?: Count;
  /** The answer to a request over the limit. */
  readonly exceeded?: LimitExceeded;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** Who shares one allowance. */
export interface LimitFor {
  /** Everyone of this kind has an allowance of their own; gateway means one for all. */
  readonly each: 'consumer' | 'team' | 'model' | 'route' | 'source-ip' | 'gateway';
  /** Only for these consumers. */
  readonly consumers?: readonly Name[];
  /** Only for requests to these models. */
  readonly models?: readonly Name[];
}

/** The answer to a request over the limit. */
export interface LimitExceeded {
  /** HTTP status. Default: 429. */
  readonly status: number;
  /** Text of the answer. */
  readonly message?: string;
}

/** How much money may be spent in a window of time. */
export interface BudgetSpec {
  /** Who shares one budget. */
  readonly for: BudgetFor;
  /** The money and its window. */
  readonly limit: BudgetLimit;
  /** The soft action. */
  readonly warn?: BudgetWarn;
  /** The hard action. */
  readonly exceeded?: BudgetExceeded;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** Who shares one budget. */
export interface BudgetFor {
  /** Everyone of this kind has a budget of their own; gateway means one for all. */
  readonly each: 'consumer' | 'team' | 'model' | 'route' | 'gateway';
  /** Only for these consumers. */
  readonly consumers?: readonly Name[];
  /** Only for requests to these models. */
  readonly models?: readonly Name[];
}

/** The money and its window. */
export interface BudgetLimit {
  /** Amount in the currency. */
  readonly amount: Amount;
  /** Currency; prices in another one are an error. */
  readonly currency: Currency;
  /** Window of time, aligned to the calendar in UTC. */
  readonly per: Window;
}

/** The soft action. */
export interface BudgetWarn {
  /** Share of the amount from which it warns. Default: 80. */
  readonly percent: Percent;
  /** Where the warning goes. */
  readonly notify?: string;
}

/** The hard action. */
export interface BudgetExceeded {
  /**
   * refuse answers with the status; switch sends requests to a cheaper model; alert only tells. Default:
   * "refuse".
   */
  readonly action: 'refuse' | 'switch' | 'alert';
  /** The cheaper model to switch to. */
  readonly model?: Name;
  /** HTTP status of a refusal. Default: 429. */
  readonly status: number;
  /** Text of a refusal. */
  readonly message?: string;
}

/** Answers kept for questions that come again. */
export interface CacheSpec {
  /** exact needs the same request; semantic takes one that means the same. Default: "exact". */
  readonly type: 'exact' | 'semantic';
  /** How long an answer is kept. */
  readonly ttl: Duration;
  /** What must be equal for an answer to serve again. Default: ["model","messages","parameters"]. */
  readonly key: readonly ('model' | 'messages' | 'parameters' | 'consumer' | 'team' | 'headers')[];
  /** How alike two questions must be. */
  readonly semantic?: CacheSemantic;
  /** Where answers are kept. */
  readonly store?: Store;
  /** Largest answer that is kept. */
  readonly maxSize?: Size;
  /** Requests that go past the cache. */
  readonly bypass?: CacheBypass;
  /** Changes after which kept answers are not used any more. Default: ["prompt","model"]. */
  readonly invalidate: readonly ('prompt' | 'model' | 'route')[];
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** How alike two questions must be. */
export interface CacheSemantic {
  /** Cosine similarity from which a question counts as the same. */
  readonly threshold: Fraction;
  /** Model that makes the embeddings. */
  readonly model: Name;
  /** How many messages at the end of the conversation are compared. Default: 1. */
  readonly lastMessages: Count;
}

/** Requests that go past the cache. */
export interface CacheBypass {
  /** Request header that says so. */
  readonly header?: HeaderName;
}

/** A prompt with variables. A variable's value is never read as template or as a role. */
export interface PromptSpec {
  /**
   * Name of the registered prompt in the registry, where texts are taken from there. What they hold is written
   * into this repo by aigw promote.
   */
  readonly registry?: string;
  /**
   * Version, raised with every change of the text; of a registered prompt, the version that the text was taken
   * from.
   */
  readonly version: string;
  /** Digest of what the registered version holds, pinned by aigw promote. */
  readonly digest?: Digest;
  /** Whether the messages stand in place of the client's, before them, or after them. Default: "prepend". */
  readonly mode: 'replace' | 'prepend' | 'append';
  /** Variables by name, used in the text as {{name}}. */
  readonly variables?: Readonly<Record<string, PromptVariable>>;
  /** Messages in order. */
  readonly messages: readonly PromptMessage[];
  /** Tokens that the whole prompt may have, variables included. */
  readonly maxTokens?: Tokens;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface PromptVariable {
  /** What it holds. Default: "string". */
  readonly type: 'string' | 'number' | 'boolean' | 'list';
  /** Where its value comes from. Text from the user has no place in a system message. */
  readonly from: 'user' | 'context' | 'consumer' | 'constant';
  /** Field of the context policy that fills it; for from context. */
  readonly field?: ContextField;
  /** The value; for from constant. */
  readonly value?: Scalar;
  /** Tokens that the value may have; longer ones are cut. */
  readonly maxTokens?: Tokens;
  /** Whether a request without it is refused. Default: true. */
  readonly required: boolean;
  /** The only values allowed. */
  readonly enum?: readonly string[];
}

export interface PromptMessage {
  /** Who speaks. */
  readonly role: 'system' | 'user' | 'assistant';
  /** What is said, with variables as {{name}}. */
  readonly text?: string;
  /** Path of a file that holds the text, relative to aigw.yaml. */
  readonly file?: string;
}

/** What is remembered of a conversation, where, and how it is kept within the model's window. */
export interface ContextPolicySpec {
  /** What the context of a request consists of. */
  readonly fields: readonly ContextPolicyField[];
  /** The room that the context may take in a prompt. */
  readonly budget: ContextPolicyBudget;
  /** How requests are told to belong to one conversation. */
  readonly session?: ContextPolicySession;
  /** Where the context is kept. */
  readonly store?: Store;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface ContextPolicyField {
  /** Name of the field. */
  readonly name: ContextField;
  /** Whether a request without it is refused. Default: false. */
  readonly required: boolean;
  /** Tokens that the field may have. */
  readonly maxTokens?: Tokens;
  /**
   * What happens when it has more - cut it, have it summarised, keep only the passages that fit the question, or
   * refuse. Default: "truncate".
   */
  readonly overflow: 'truncate' | 'summarise' | 'retrieve' | 'refuse';
  /** Model that summarises or makes the embeddings for retrieval. */
  readonly model?: Name;
}

/** The room that the context may take in a prompt. */
export interface ContextPolicyBudget {
  /** Tokens of all fields together. */
  readonly tokens: Tokens;
  /** Fields left out first, in order, when the budget is exceeded. Default: []. */
  readonly drop: readonly ContextField[];
}

/** How requests are told to belong to one conversation. */
export interface ContextPolicySession {
  /** Request header that holds the session's id. */
  readonly header?: HeaderName;
  /** Time after which a silent conversation is forgotten. */
  readonly ttl?: Duration;
}

/** An MCP server whose tools are offered through a gateway. */
export interface ToolServerSpec {
  /** How it is spoken to; http is MCP's streamable HTTP. Default: "http". */
  readonly transport: 'http' | 'sse';
  /** URL of the server's MCP endpoint. */
  readonly url: Url;
  /** The key that the gateway shows to the server. */
  readonly credential?: SecretReference;
  /** Put before the tools' names where several servers stand behind one gateway. */
  readonly prefix?: string;
  /** Which tools are offered; none that is not allowed. */
  readonly tools: ToolServerTools;
  /** Who may use single tools; a tool not named here is open to every consumer of the gateway. */
  readonly access?: readonly ToolServerAccess[];
  /** How long a call may take. Default: "30s". */
  readonly timeout: Duration;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** Which tools are offered; none that is not allowed. */
export interface ToolServerTools {
  /** Names of the tools offered. */
  readonly allow: readonly string[];
  /** Names of tools never offered. Default: []. */
  readonly deny: readonly string[];
}

export interface ToolServerAccess {
  /** Name of the tool. */
  readonly name: string;
  /** Consumers that may use it. */
  readonly consumers: readonly Name[];
  /** OAuth scopes that the consumer's token must carry. Default: []. */
  readonly scopes: readonly string[];
}

/** A check on what goes to a model or comes from it. */
export interface GuardrailSpec {
  /** What it looks for; secrets keeps credentials and internal data from leaving. */
  readonly type: 'prompt-injection' | 'moderation' | 'pii' | 'secrets' | 'pattern';
  /** When it looks. Default: ["request"]. */
  readonly phase: readonly ('request' | 'response' | 'tool')[];
  /** What happens when it finds something. Default: "block". */
  readonly action: 'block' | 'mask' | 'log';
  /** Who does the looking. */
  readonly engine?: GuardrailEngine;
  /** Kinds of personal data to look for, each with its own action if it differs. */
  readonly entities?: readonly GuardrailEntity[];
  /** Regular expressions to look for. */
  readonly patterns?: readonly GuardrailPattern[];
  /** Confidence from which a finding counts. */
  readonly threshold?: Fraction;
  /** Messages that are looked at. */
  readonly roles?: readonly ('system' | 'user' | 'assistant' | 'tool')[];
  /** Whether requests pass or are refused when the guardrail itself fails. Default: "closed". */
  readonly onError: 'open' | 'closed';
  /** The answer to a request that was blocked. */
  readonly refused?: GuardrailRefused;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** Who does the looking. */
export interface GuardrailEngine {
  /** The engine; builtin is whatever the target has itself. Default: "builtin". */
  readonly type: 'builtin' | 'presidio' | 'openai-moderation' | 'bedrock' | 'lakera' | 'azure-content-safety' | 'http';
  /** URL of the engine. */
  readonly url?: Url;
  /** URL of the engine's part that masks, where that is a service of its own; for presidio. */
  readonly maskUrl?: Url;
  /** The key that the gateway shows to the engine. */
  readonly credential?: SecretReference;
  /** Name of the policy within the engine. */
  readonly id?: string;
}

export interface GuardrailEntity {
  /** The kind of data, by its usual name. */
  readonly name:
    | 'CREDIT_CARD'
    | 'IBAN_CODE'
    | 'EMAIL_ADDRESS'
    | 'PHONE_NUMBER'
    | 'PERSON'
    | 'LOCATION'
    | 'IP_ADDRESS'
    | 'US_SSN'
    | 'DATE_TIME';
  /** Action for this kind of data. */
  readonly action?: 'block' | 'mask' | 'log';
}

export interface GuardrailPattern {
  /** Name of the pattern. */
  readonly name: Name;
  /** Regular expression, in RE2 syntax. */
  readonly regex: RegularExpression;
  /** Action for this pattern. */
  readonly action?: 'block' | 'mask' | 'log';
}

/** The answer to a request that was blocked. */
export interface GuardrailRefused {
  /** HTTP status. Default: 400. */
  readonly status: number;
  /** Text of the answer. */
  readonly message?: string;
}

/** An application or a group of people that calls gateways. */
export interface ConsumerSpec {
  /** The team that answers and pays for it. */
  readonly team?: Name;
  /** Ways to prove who it is; any one suffices. */
  readonly auth?: readonly ConsumerAuth[];
  /**
   * Models that it may use, by name; '*' means every model of the gateway. A route is open to a consumer that
   * may use every model which can answer there, fallbacks included. Default: [].
   */
  readonly models: readonly string[];
  /** Limits of its own. Default: []. */
  readonly limits: readonly Name[];
  /** Budgets of its own. Default: []. */
  readonly budgets: readonly Name[];
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface ConsumerAuth {
  /** Name of the way. */
  readonly name: Name;
  /** An API key, by reference. */
  readonly apiKey?: SecretReference;
  /** A signed token from an identity provider (OIDC or OAuth 2). */
  readonly jwt?: ConsumerAuthJwt;
  /** A client certificate; the listener's clientCa must have signed it. */
  readonly mtls?: ConsumerAuthMtls;
}

/** A signed token from an identity provider (OIDC or OAuth 2). */
export interface ConsumerAuthJwt {
  /** The token's issuer. */
  readonly issuer: Url;
  /** Audiences, one of which the token must carry. Default: []. */
  readonly audiences: readonly string[];
  /** Where the issuer's public keys are. */
  readonly jwks: Url;
  /** Claims that the token must carry, each with one of the values. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}

/** A client certificate; the listener's clientCa must have signed it. */
export interface ConsumerAuthMtls {
  /** The certificate's subject alternative name. */
  readonly subject: string;
}

/** People who own resources and pay for what they use. */
export interface TeamSpec {
  /** How to reach them. */
  readonly contact?: string;
  /** Logins of its people on the Git host: whose approvals count where a policy asks for this team. Default: []. */
  readonly members: readonly string[];
  /** Where their spending is booked. */
  readonly costCentre?: string;
  /** Limits that all their consumers share. Default: []. */
  readonly limits: readonly Name[];
  /** Budgets that all their consumers share. Default: []. */
  readonly budgets: readonly Name[];
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/**
 * Several models in sequence or in parallel behind one backend. A step starts when all steps that it comes
 * after have ended.
 */
export interface ChainSpec {
  /** Steps. */
  readonly steps: readonly ChainStep[];
  /** The step whose answer is the chain's. */
  readonly output: Name;
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface ChainStep {
  /** Name of the step. */
  readonly name: Name;
  /** Model that does it. */
  readonly model?: Name;
  /** Another chain that does it. */
  readonly chain?: Name;
  /** Prompt of the step. */
  readonly prompt?: Name;
  /** Names of the steps that must have ended before. Default: []. */
  readonly after: readonly Name[];
  /** The prompt's variables, each filled from request or from a step's answer, written steps.NAME. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** How long the step may take. */
  readonly timeout?: Duration;
  /** Whether the chain fails with the step or goes on without its answer. Default: "fail". */
  readonly onError: 'fail' | 'skip';
}

/** What is measured, logged, traced, promised and alarmed. */
export interface ObservabilitySpec {
  /** Measurements, in Prometheus' format. */
  readonly metrics?: ObservabilityMetrics;
  /** What is written for every request. */
  readonly logs?: ObservabilityLogs;
  /** Spans of every request, over OpenTelemetry's protocol. */
  readonly traces?: ObservabilityTraces;
  /** What is promised. */
  readonly objectives?: readonly ObservabilityObjective[];
  /** When somebody is told. */
  readonly alerts?: readonly ObservabilityAlert[];
  /** Whether a Grafana dashboard is made. Default: true. */
  readonly dashboards: boolean;
  /** What costs are attributed to. Default: ["team","model"]. */
  readonly costBy: readonly ('consumer' | 'team' | 'model' | 'route')[];
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

/** Measurements, in Prometheus' format. */
export interface ObservabilityMetrics {
  /** Whether they are offered. Default: true. */
  readonly enabled: boolean;
  /** Labels of every series, each filled from the named request header. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is written for every request. */
export interface ObservabilityLogs {
  /** How much is written. Default: "info". */
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** Whether prompts and answers are written. Default: "none". */
  readonly payloads: 'none' | 'redacted' | 'full';
  /** Where it goes. Default: "stdout". */
  readonly sink: 'stdout' | 'loki' | 'elasticsearch' | 'splunk' | 'otlp';
  /** URL of the sink. */
  readonly url?: Url;
  /** The key that the gateway shows to the sink. */
  readonly credential?: SecretReference;
}

/** Spans of every request, over OpenTelemetry's protocol. */
export interface ObservabilityTraces {
  /** Collector that spans go to. */
  readonly endpoint: Url;
  /** Transport of OTLP. Default: "grpc". */
  readonly protocol: 'grpc' | 'http';
  /** Share of requests traced. Default: 10. */
  readonly samplePercent: Percent;
}

export interface ObservabilityObjective {
  /** Name of the objective. */
  readonly name: Name;
  /** What is measured. */
  readonly indicator: 'success-rate' | 'latency' | 'first-token-latency';
  /** Share of requests that must be good. */
  readonly target: Percent;
  /** Time within which a request counts as good; for latencies. */
  readonly within?: Duration;
  /** Time over which the share is taken. Default: "30d". */
  readonly window: Window;
}

export interface ObservabilityAlert {
  /** Name of the alert. */
  readonly name: Name;
  /** What is watched. */
  readonly metric: Metric;
  /** Value above which it fires; shares are percent, times are seconds, costs are in the model's currency. */
  readonly above?: number;
  /** Value below which it fires; in the same units as above. */
  readonly below?: number;
  /** How long it must hold. Default: "5m". */
  readonly for: Duration;
  /** How bad it is. Default: "warning". */
  readonly severity: 'info' | 'warning' | 'critical';
  /** Where the alert goes. */
  readonly notify?: string;
}

/** How a change moves in - step by step, with a look at the measurements in between. */
export interface RolloutSpec {
  /**
   * canary moves traffic in steps; blue-green all at once after a look; ab holds a split for a fixed time.
   * Default: "canary".
   */
  readonly strategy: 'canary' | 'blue-green' | 'ab';
  /** Steps in order; after the last one, the change has all the traffic. */
  readonly steps?: readonly RolloutStep[];
  /** What is compared between the change and what ran before. */
  readonly analysis?: RolloutAnalysis;
  /**
   * What happens when a measurement fails - back to what ran before, or stay for a person to look. Default:
   * "rollback".
   */
  readonly onAbort: 'rollback' | 'hold';
  /**
   * What happens with a field that the target cannot express - for the whole resource, or for each field by its
   * path. Default: "error".
   */
  readonly onUnsupported: OnUnsupported;
}

export interface RolloutStep {
  /** Share of the traffic that the change has in this step. */
  readonly weight: Percent;
  /** How long the step lasts. */
  readonly hold: Duration;
}

/** What is compared between the change and what ran before. */
export interface RolloutAnalysis {
  /** Time after the start of a step before the first measurement. Default: "1m". */
  readonly delay: Duration;
  /** Time between two measurements. Default: "1m". */
  readonly interval: Duration;
  /** Measurements taken in each step. Default: 5. */
  readonly measurements: Count;
  /** Requests of the change below which a measurement says nothing. Default: 100. */
  readonly minimumRequests: Count;
  /** What is measured. */
  readonly metrics: readonly RolloutAnalysisMetric[];
}

export interface RolloutAnalysisMetric {
  /** Name of the measurement. */
  readonly name: Name;
  /** One of the metrics that every target has. */
  readonly metric?: Metric;
  /**
   * A PromQL query of one's own, in place of metric. Its series carry the labels route and backend, by which the
   * change is told from what ran before.
   */
  readonly query?: string;
  /** Largest value allowed; shares are percent, times are seconds, costs are in the model's currency. */
  readonly max?: number;
  /** Smallest value allowed, in the same units as max. */
  readonly min?: number;
  /**
   * Which values of a query are the better ones, for worseBy; what is better of a metric is known. Default:
   * "lower".
   */
  readonly better: 'lower' | 'higher';
  /** How much worse than the baseline it may be, in percent of the baseline's value. */
  readonly worseBy?: Percent;
}

/** What an organisation demands of its config and of promotions. */
export interface PolicySpec {
  /** Environments that it holds for; all when left out. */
  readonly environments?: readonly Name[];
  /** Who must agree to a promotion. */
  readonly approvals?: PolicyApprovals;
  /** Who may go on in spite of a gate, with a reason that stays in the ledger; nobody when left out. */
  readonly overrides?: PolicyOverrides;
  /**
   * What the datasets must be like that a version's run was given - pinned means that the source of each names
   * its content, by a whole Git commit, a SHA-256 as Git LFS has it, or the place in a DVC remote, which is made
   * of its MD5.
   */
  readonly data?: 'pinned';
  /** Times in which nothing is promoted. */
  readonly freezes?: readonly PolicyFreeze[];
  /** What a version must have shown before it is promoted. */
  readonly gates?: readonly PolicyGate[];
  /** What the run that made a version must be like; whatever is asked, it must be finished and not deleted. */
  readonly run?: PolicyRun;
  /**
   * How the inputs and outputs of a version must fit those of the one that it would replace - warn only tells,
   * backward lets every caller go on, full also lets the callers of the new one go back, strict takes no change
   * at all.
   */
  readonly signature?: 'warn' | 'backward' | 'full' | 'strict';
  /** How long a version must have been in the environment before. */
  readonly soak?: Duration;
  /**
   * What must have been said of the very version and content, by a test, an evaluation or a canary; aigw promote
   * verdict writes it into the ledger.
   */
  readonly verdicts?: readonly PolicyVerdict[];
  /** How things are called. */
  readonly naming?: readonly PolicyNaming[];
  /** Kinds of resources that must name a team. Default: []. */
  readonly owned: readonly Kind[];
  /** What may be used; everything when left out. */
  readonly allow?: PolicyAllow;
  /** Conditions of one's own. */
  readonly rules?: readonly PolicyRule[];
}

/** Who must agree to a promotion. */
export interface PolicyApprovals {
  /** How many people. */
  readonly count: Count;
  /** Teams that they must belong to; any when left out. */
  readonly teams?: readonly Name[];
  /** How long an approval holds before the promotion is applied. Default: "7d". */
  readonly validFor: Duration;
}

/** Who may go on in spite of a gate, with a reason that stays in the ledger; nobody when left out. */
export interface PolicyOverrides {
  /** Teams whose members may. */
  readonly teams: readonly Name[];
  /**
   * Kinds of gates that they may pass by. Content that is not what was judged, and a barred version, are passed
   * by nobody. Default:
   * ["metric","run","signature","data","prompt-variables","verdict","freeze","soak","approval","hop"].
   */
  readonly gates: readonly (
    | 'metric'
    | 'run'
    | 'signature'
    | 'data'
    | 'prompt-variables'
    | 'verdict'
    | 'freeze'
    | 'soak'
    | 'approval'
    | 'hop'
  )[];
}

export interface PolicyFreeze {
  /** Name of the freeze. */
  readonly name: Name;
  /** Start, with its time zone. */
  readonly from: DateTime;
  /** End, with its time zone. */
  readonly to: DateTime;
  /** Why. */
  readonly reason: string;
}

export interface PolicyGate {
  /** Name of the gate. */
  readonly name: Name;
  /** Metric of the version's run in the registry. */
  readonly metric: string;
  /** Smallest value allowed, in the metric's own unit. */
  readonly min?: number;
  /** Largest value allowed, in the metric's own unit. */
  readonly max?: number;
  /** How the version compares with the one that it would replace; where there is none, nothing is compared. */
  readonly champion?: PolicyGateChampion;
}

/** How the version compares with the one that it would replace; where there is none, nothing is compared. */
export interface PolicyGateChampion {
  /** Which values of the metric are better. */
  readonly better: 'higher' | 'lower';
  /** By how much it may be worse, in the metric's own unit. Default: 0. */
  readonly worseBy: number;
  /** By how many percent of the champion's value it may be worse; used in place of worseBy where given. */
  readonly worseByPercent?: Percent;
  /** Whether both must have been measured on the same data, told by its digest. Default: "same". */
  readonly dataset: 'same' | 'any';
}

/** What the run that made a version must be like; whatever is asked, it must be finished and not deleted. */
export interface PolicyRun {
  /** How long ago it may have ended. */
  readonly maxAge?: Duration;
  /** Tags that it must bear, with their values; an asterisk stands for any. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PolicyVerdict {
  /** Name of the test, the evaluation or the canary. */
  readonly name: Name;
  /** What it is asked of. Default: ["model","prompt","config"]. */
  readonly for: readonly ('model' | 'prompt' | 'config')[];
  /** Teams whose members' word counts, robots among them; anybody's who can write to the ledger when left out. */
  readonly teams?: readonly Name[];
  /** How long it holds before the promotion is applied; for ever when left out. */
  readonly validFor?: Duration;
}

export interface PolicyNaming {
  /** Kind of resource. */
  readonly kind: Kind;
  /** Regular expression, in RE2 syntax, that the whole name must match. */
  readonly pattern: RegularExpression;
}

/** What may be used; everything when left out. */
export interface PolicyAllow {
  /** Providers. */
  readonly providers?: readonly Name[];
  /** Models. */
  readonly models?: readonly Name[];
  /** Regions that data may go to, of providers and clouds. */
  readonly regions?: readonly string[];
  /** Prefixes that container images must begin with. */
  readonly images?: readonly string[];
}

export interface PolicyRule {
  /** Name of the rule. */
  readonly name: Name;
  /** Kind of resource that it is asked of. */
  readonly kind: Kind;
  /** Condition in CEL that must hold; resource is the resource with metadata and spec. */
  readonly require: string;
  /** What to tell whoever breaks it. */
  readonly message: string;
  /** How bad a breach is. Default: "error". */
  readonly severity: 'error' | 'warning' | 'info';
}

/** The spec of each kind. */
export interface SpecByKind {
  readonly Repository: RepositorySpec;
  readonly Environment: EnvironmentSpec;
  readonly Gateway: GatewaySpec;
  readonly Provider: ProviderSpec;
  readonly Model: ModelSpec;
  readonly Route: RouteSpec;
  readonly Limit: LimitSpec;
  readonly Budget: BudgetSpec;
  readonly Cache: CacheSpec;
  readonly Prompt: PromptSpec;
  readonly ContextPolicy: ContextPolicySpec;
  readonly ToolServer: ToolServerSpec;
  readonly Guardrail: GuardrailSpec;
  readonly Consumer: ConsumerSpec;
  readonly Team: TeamSpec;
  readonly Chain: ChainSpec;
  readonly Observability: ObservabilitySpec;
  readonly Rollout: RolloutSpec;
  readonly Policy: PolicySpec;
}
