using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A review whose verdict is known, as the API server sends it.</summary>
/// <param name="Path">Which webhook it is for.</param>
/// <param name="Body">The review.</param>
/// <param name="IsAllowed">The right verdict.</param>
/// <param name="Timeout">How long the API server waits, and says that it waits.</param>
internal sealed record TestReview(string Path, byte[] Body, bool IsAllowed, TimeSpan Timeout)
{
    /// <summary>The API server's own default of <c>timeoutSeconds</c>.</summary>
    public static TimeSpan LongTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The chart's.</summary>
    public static TimeSpan ShortTimeout { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Recorded ones of a few KB: three in four are allowed.</summary>
    public static IReadOnlyList<TestReview> Small { get; } = [.. Enumerable.Repeat(Recorded("api-gateway", isAllowed: true), 3), Scale];

    /// <summary>Where <see cref="Scale"/> is. No API server asks about a namespace that it does not have.</summary>
    public const string ScaleNamespace = "lab2";

    /// <summary>One that is denied, and before that makes a webhook in a cluster look at the cluster.</summary>
    public static TestReview Scale => Recorded("scale-three-to-one", isAllowed: false);

    /// <summary>Of several sizes: of forty two have 1 MB, four 100 KB, and the others a few KB.</summary>
    public static IReadOnlyList<TestReview> Mixed { get; } =
    [
        .. Enumerable.Range(0, 2).SelectMany(number => (TestReview[])
        [
            Large(1 << 20, isAllowed: number == 0), .. Several(8), Large(100 << 10, isAllowed: true), .. Several(9), Large(100 << 10, isAllowed: false),
        ]),
    ];

    /// <summary>The whole HTTP request.</summary>
    public byte[] Request { get; } = [.. Head(Path, Body.Length, Timeout), .. Body];

    /// <summary>The uid that the answer has to carry.</summary>
    public byte[] Uid { get; } = Encoding.ASCII.GetBytes(JsonNode.Parse(Body)!["request"]!["uid"]!.GetValue<string>());

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
        return new("/validate", Encoding.UTF8.GetBytes(review.ToJsonString()), isAllowed, LongTimeout);
    }

    /// <summary>The same with another timeout.</summary>
    public TestReview Within(TimeSpan timeout) => new(Path, Body, IsAllowed, timeout);

    /// <summary>Whether an answer decides this review rightly; null where it decides nothing, or another one.</summary>
    public bool? IsRight(ReadOnlySpan<byte> answer)
    {
        bool? allowed = answer.IndexOf("\"allowed\":true"u8) >= 0 ? true : answer.IndexOf("\"allowed\":false"u8) >= 0 ? false : null;
        return allowed is null || answer.IndexOf(Uid) < 0 ? null : allowed == IsAllowed;
    }

    private static IEnumerable<TestReview> Several(int count) => Enumerable.Range(0, count).Select(number => Small[number % Small.Count]);

    private static TestReview Recorded(string name, bool isAllowed)
    {
        var recorded = Case(name);
        return new(recorded.Endpoint, recorded.Body, isAllowed, LongTimeout);
    }

    private static ReviewCase Case(string name) => ReviewCase.LoadAll().First(
        review => review.Endpoint == "/validate" && System.IO.Path.GetFileName(review.File).StartsWith(name, StringComparison.Ordinal));

    private static byte[] Head(string path, int length, TimeSpan timeout) => Encoding.ASCII.GetBytes(
        $"POST {path}?timeout={timeout.TotalSeconds:N0}s HTTP/1.1\r\nHost: {ThrowAwayCertificate.ServiceHost}:443\r\n"
        + $"User-Agent: kube-apiserver-admission\r\nContent-Length: {length}\r\nAccept: application/json, */*\r\n"
        + "Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n");
}
