using System.Net;
using HaWebhook.Admission;
using HaWebhook.Auditing.Background;
using HaWebhook.Certificates;
using HaWebhook.Policy.Configuration;
using HaWebhook.Telemetry.Logs;

namespace HaWebhook.Serving;

/// <summary>How the server is run.</summary>
internal sealed record ServingOptions
{
    /// <summary>The name that the chart gives, and the prefix of everything beside it.</summary>
    public const string DefaultService = "ha-webhook";

    /// <summary>OpenTelemetry's SDK gives its last export 5 seconds and the log gets 1; the rest is for a busy machine.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(10);

    /// <summary>How long what is under way may take when the server stops: as long as the longest call.</summary>
    public static TimeSpan LongestStop => CallBudget.Longest;

    /// <summary>Port of the webhooks, over TLS; 0 for any free one. 10250 is open between API servers and nodes in managed clusters.</summary>
    public int Port { get; init; } = 10250;

    /// <summary>Port of the health checks and metrics, over plain HTTP; 0 for any free one.</summary>
    public int HealthPort { get; init; } = 8080;

    /// <summary>The address to listen on. Default: this machine only.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>PEM file of the certificate and its chain; null for a throw-away certificate.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file of the certificate's key; null for a throw-away certificate.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The policy file; null for the default policy.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>A mode that goes before the policy's; null for none.</summary>
    public Mode? Mode { get; init; }

    /// <summary>Whether objects are judged by themselves, without looking at a cluster.</summary>
    public bool NoCluster { get; init; }

    /// <summary>The kubeconfig that leads to the cluster; null for the pod's own, else for the variable KUBECONFIG.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>A context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>The Service in front of the server, by which API servers reach it.</summary>
    public string Service { get; init; } = DefaultService;

    /// <summary>The namespace of the Service, and of all that the server keeps in the cluster; null for the one that the connection to the cluster names.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name of the ValidatingWebhookConfiguration and the MutatingWebhookConfiguration that register the server; null for the Service's.</summary>
    public string? WebhookConfiguration { get; init; }

    /// <summary>Whether the server checks again and again that reviews reach it.</summary>
    public bool SelfCheck { get; init; }

    /// <summary>The longest time between two self-checks; the shortest is a fifth less.</summary>
    public TimeSpan SelfCheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where certificates come from and how long they live, and who may call.</summary>
    public CertificateOptions Certificates { get; init; } = new();

    /// <summary>How often the cluster is audited, and where that is told.</summary>
    public BackgroundAuditOptions Audit { get; init; } = new();

    /// <summary>How the log is written.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>How often the API server is asked which groups it serves, and a kind that it does not serve is looked for.</summary>
    public TimeSpan DiscoveryInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the files are looked at. Kubernetes swaps links, which no file watcher reports.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long at least it serves on after SIGTERM: until every node and API server has seen that this replica goes, which takes seconds.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long nobody must have asked before it stops.</summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most that is added to <see cref="DrainTime"/> where requests do not cease.</summary>
    public TimeSpan LongestWaitForQuiet { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the process may take to end after <see cref="DrainTime"/>, 55 seconds: until nobody asks, for the longest review, and to send the last metrics and to
    /// write the last lines of the log. Together they are the least grace period of a pod.
    /// </summary>
    public TimeSpan LongestEnd => LongestWaitForQuiet + LongestStop + _lastWords;

    /// <summary>
    /// Reviews that are decided at a time; the rest waits in line. Deciding takes a processor for microseconds: hundreds are in flight only where they wait for the API
    /// server, which is asked for sixteen at a time.
    /// </summary>
    public int MaxReviews { get; init; } = 256;

    /// <summary>Bytes of the large reviews (more than 256 KiB) that are in memory at a time; the rest waits in line. At least one must fit: 48 MiB.</summary>
    public long MaxReviewBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Connections to the webhooks' port. An API server keeps 25 idle ones for each path, and opens one more for each call that none is free for, up to the 600 requests
    /// that it has in flight: all that three API servers may ask at once fits in. A call on a connection that is closed for want of room would be lost. Measured, an
    /// idle one takes 55 KB of memory, so that all take 112 MB.
    /// </summary>
    public int MaxConnections { get; init; } = 2048;
}
