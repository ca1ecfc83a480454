using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A review whose verdict is known, as the API server sends it.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Request">The whole HTTP request.</param>
/// <param name="Uid">The uid that the answer has to carry.</param>
/// <param name="IsAllowed">The right verdict.</param>
internal sealed record TestReview(string Title, byte[] Request, string Uid, bool IsAllowed)
{
    /// <summary>How long the API server waits, and says that it waits.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Recorded ones of a few KB: three in four are allowed.</summary>
    public static IReadOnlyList<TestReview> Small { get; } = [.. Enumerable.Repeat(Recorded("api-gateway", isAllowed: true), 3), Recorded("scale-three-to-one", isAllowed: false)];

    /// <summary>A Deployment of which a container has arguments of so many bytes, before and after; the API server writes a <c>&lt;</c> as six.</summary>
    /// <param name="bytes">The size of the review, about.</param>
    /// <param name="isAllowed">Whether three replicas stay three, or become one.</param>
    public static TestReview Large(int bytes, bool isAllowed)
    {
        const int EscapedBytes = 6;
        var review = JsonNode.Parse(Case("api-gateway").Body)!;
        var request = review["request"]!;
        var changed = request["object"]!;
        changed["spec"]!["template"]!["spec"]!["containers"]![0]!["args"] = new JsonArray(new string('<', bytes / 2 / EscapedBytes));
        request["oldObject"] = changed.DeepClone();
        request["operation"] = "UPDATE";
        changed["spec"]!["replicas"] = isAllowed ? 3 : 1;
        return Of($"{bytes >> 20} MB, {(isAllowed ? "allowed" : "denied")}", "/validate", Encoding.UTF8.GetBytes(review.ToJsonString()), isAllowed);
    }

    /// <summary>Whether an answer decides this review rightly; null where it decides nothing, or another one.</summary>
    public bool? IsRight(ReadOnlySpan<byte> answer)
    {
        bool? allowed = answer.IndexOf("\"allowed\":true"u8) >= 0 ? true : answer.IndexOf("\"allowed\":false"u8) >= 0 ? false : null;
        return allowed is null || answer.IndexOf(Encoding.ASCII.GetBytes(Uid)) < 0 ? null : allowed == IsAllowed;
    }

    private static TestReview Recorded(string name, bool isAllowed)
    {
        var recorded = Case(name);
        return Of(recorded.Title, recorded.Endpoint, recorded.Body, isAllowed);
    }

    private static ReviewCase Case(string name) =>
        ReviewCase.LoadAll().First(review => review.Endpoint == "/validate" && Path.GetFileName(review.File).StartsWith(name, StringComparison.Ordinal));

    private static TestReview Of(string title, string path, byte[] body, bool isAllowed)
    {
        var head = $"POST {path}?timeout={Timeout.TotalSeconds:N0}s HTTP/1.1\r\nHost: {ThrowAwayCertificate.ServiceHost}:443\r\n"
            + $"User-Agent: kube-apiserver-admission\r\nContent-Length: {body.Length}\r\nAccept: application/json, */*\r\n"
            + "Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n";
        return new(title, [.. Encoding.ASCII.GetBytes(head), .. body], JsonNode.Parse(body)!["request"]!["uid"]!.GetValue<string>(), isAllowed);
    }
}
