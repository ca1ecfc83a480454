using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HaWebhook.Auditing.Background.Reports;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing.Background.Events;

/// <summary>Writes events. One of a name is there once, whoever writes it: the name is made of what it is about.</summary>
internal sealed class EventWriter(PatientClient client, ServiceIdentity identity, AuditMetrics metrics, TimeProvider clock)
{
    /// <summary>What a rule found in an object that stands in the cluster.</summary>
    public const string Audited = "Audit";

    /// <summary>What a controller wanted to write and was denied.</summary>
    public const string Denied = "Deny";

    /// <summary>The label that tells the one from the other.</summary>
    private const string ActionLabel = "ha-webhook.io/action";

    /// <summary>The most bytes of a note (kubernetes, pkg/apis/core/validation/events.go).</summary>
    private const int LongestNote = 1024;

    /// <summary>What of the object's name is in the event's: with the rest it must fit into 253 characters.</summary>
    private const int LongestPrefix = 200;

    private static readonly ResourceType _events = new("events.k8s.io", "v1", "events");

    /// <summary>The name of an event.</summary>
    /// <param name="action"><see cref="Audited"/> or <see cref="Denied"/>.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="rule">The rule's id.</param>
    public string NameOf(string action, EventSubject subject, string rule)
    {
        var about = $"{identity.Service}\n{action}\n{subject.ApiVersion}\n{subject.Kind}\n{subject.Namespace}\n{subject.Name}\n{subject.Uid}\n{rule}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about)).AsSpan(0, 8));
        var prefix = subject.Name.Length > LongestPrefix ? subject.Name[..LongestPrefix] : subject.Name;
        return $"{prefix.TrimEnd('-', '.')}.{hash}";
    }

    /// <summary>
    /// The names of the events of this installation that are there, with an action. Kubernetes removes events after a while: an hour unless told
    /// otherwise.
    /// </summary>
    public async Task<IEnumerable<string>> NamesAsync(string action, CancellationToken cancellation)
    {
        var list = await client.Api.ListAsync(
            _events, null, NameIn, cancellation, new() { LabelSelector = $"{ReportContent.SelectorOf(identity.Service)},{ActionLabel}={action}" });
        return list.Items.OfType<string>();
    }

    /// <summary>Writes an event, unless it is there.</summary>
    public async Task WriteAsync(string name, string action, EventSubject subject, string rule, string note, CancellationToken cancellation)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ReportContent.ManagedBy] = ReportContent.Source,
            [ReportContent.Instance] = identity.Service,
            [ActionLabel] = action,
        };
        var written = new ClusterEvent(
            "events.k8s.io/v1",
            "Event",
            new(name, subject.Namespace, labels),
            clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            "ha-webhook.io/ha-webhook",
            Environment.MachineName,
            action,
            ReasonOf(rule),
            subject,
            Note(note),
            "Warning");
        try
        {
            await client.Api.CreateAsync(_events, subject.Namespace, written.ToJson(), cancellation);
            metrics.Wrote("event", "success");
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
            // Said, by another replica or a moment ago.
        }
    }

    /// <summary>The rule as a reason, which is one word by the conventions of Kubernetes: <c>MinimumReplicas</c>.</summary>
    private static string ReasonOf(string rule) =>
        string.Concat(rule.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static string Note(string text)
    {
        var line = SingleLine.Of(text, LongestNote);

        // A character has three bytes at most, or four together with its other half.
        return Encoding.UTF8.GetByteCount(line) <= LongestNote ? line : SingleLine.Of(text, LongestNote / 3);
    }

    private static string? NameIn(ReadOnlyMemory<byte> json) => WorkloadReport.Read(json)?.Metadata?.Name;
}
