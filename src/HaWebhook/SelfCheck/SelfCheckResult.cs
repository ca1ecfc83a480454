namespace HaWebhook.SelfCheck;

/// <summary>What came of a self-check.</summary>
/// <param name="Name">One of the names below: the metric's label.</param>
/// <param name="Reason">The reason and the way out, as one line; empty for a success. The same for as long as the reason is.</param>
internal sealed record SelfCheckResult(string Name, string Reason)
{
    /// <summary>The API server called this webhook, through its Service and with a certificate that it trusts, and told its warning.</summary>
    public const string Success = "success";

    /// <summary>The API server did not answer, or not in a way that says anything about the webhook.</summary>
    public const string Unreachable = "api-server-unreachable";

    /// <summary>The server's own credentials do not allow the check.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The API server, or somebody else's webhook, refused the dry run.</summary>
    public const string Refused = "refused";

    /// <summary>One of the two webhook configurations is not there.</summary>
    public const string ConfigurationMissing = "configuration-missing";

    /// <summary>The configuration lacks a webhook.</summary>
    public const string WebhookMissing = "webhook-missing";

    /// <summary>A webhook does not name this server's Service, port or path.</summary>
    public const string WrongService = "wrong-service";

    /// <summary>A webhook has no caBundle.</summary>
    public const string BundleEmpty = "ca-bundle-empty";

    /// <summary>A webhook's caBundle holds no certificate.</summary>
    public const string BundleInvalid = "ca-bundle-invalid";

    /// <summary>A webhook's caBundle does not verify the certificate that this server shows.</summary>
    public const string CertificateUntrusted = "certificate-untrusted";

    /// <summary>The rules or selectors of the self-check's webhook leave the Lease out.</summary>
    public const string NotMatched = "not-matched";

    /// <summary>Our webhooks are about different objects, which the chart never makes them: somebody has edited one.</summary>
    public const string Drifted = "drifted";

    /// <summary>All is registered as it should be, and the call did not come through.</summary>
    public const string NotAnswered = "not-answered";

    /// <summary>Another installation answered, or this one to another check.</summary>
    public const string ForeignAnswer = "foreign-answer";

    /// <summary>The check itself failed.</summary>
    public const string Failed = "failed";

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Success, Unreachable, Forbidden, Refused, ConfigurationMissing, WebhookMissing, WrongService, BundleEmpty, BundleInvalid, CertificateUntrusted,
        NotMatched, Drifted, NotAnswered, ForeignAnswer, Failed,
    ];

    /// <summary>A success.</summary>
    public static SelfCheckResult Good { get; } = new(Success, "");

    /// <summary>Whether the check succeeded.</summary>
    public bool IsSuccess => Name == Success;
}
