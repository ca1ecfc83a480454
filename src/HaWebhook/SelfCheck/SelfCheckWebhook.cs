using HaWebhook.Certificates;
using HaWebhook.Policy.Objects;

namespace HaWebhook.SelfCheck;

/// <summary>The webhook that sees what the self-check writes, and nothing else.</summary>
internal static class SelfCheckWebhook
{
    /// <summary>Its name.</summary>
    public const string Name = "self-check.ha-webhook.io";

    /// <summary>Its path.</summary>
    public const string Path = "/self-check";

    /// <summary>The annotation that holds the token: new for each check, and so no answer to an earlier one is taken for an answer to this.</summary>
    public const string TokenAnnotation = HaAnnotations.Domain + "self-check-token";

    /// <summary>What begins every warning of it.</summary>
    public const string WarningPrefix = Name + ": ";

    /// <summary>The label by which it selects the Lease.</summary>
    private const string Label = HaAnnotations.Domain + "self-check";

    /// <summary>The name of the Lease, which is only ever written as a dry run: there is none.</summary>
    public static string LeaseOf(ServiceIdentity identity) => $"{identity.Service}-self-check";

    /// <summary>The one label of the Lease. Its value is the Service's name, for two installations may share a namespace.</summary>
    public static KeyValuePair<string, string> LabelOf(ServiceIdentity identity) => KeyValuePair.Create(Label, identity.Service);

    /// <summary>The warning that answers the write with this token.</summary>
    public static string Warning(ServiceIdentity identity, string token) => $"{WarningPrefix}{identity.Namespace}/{identity.Service} has seen {token}";
}
