namespace HaWebhook.Kubernetes;

/// <summary>How patient a client is, and what it calls itself.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>The name in the API server's audit log.</summary>
    public string UserAgent { get; init; } = "ha-webhook";

    /// <summary>How long a connection, with its TLS handshake, may take to come about. The default is 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one exchange may take, from the request to the last byte of the answer; of a watch only to the first.
    /// A page of 500 large objects takes seconds at worst. The default is 30 seconds.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent again where the server asks for it with Retry-After; 0 or more. The default is 4.</summary>
    public int MaximumRetries { get; init; } = 4;

    /// <summary>The longest wait that a Retry-After is obeyed for; a server that wants more gets it as an error. The default is 10 seconds.</summary>
    public TimeSpan MaximumRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long to rest after each request, and as long again as it took: then there is one at a time. For work that has time and must not be
    /// noticed. Watches are opened at once. Null, the default, sends any number together.
    /// </summary>
    public TimeSpan? Rest { get; init; }
}
