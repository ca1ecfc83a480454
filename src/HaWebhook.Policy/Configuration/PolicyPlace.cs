using System.Globalization;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>Where in the policy file a value stands, and where to tell what is wrong with it.</summary>
/// <param name="Path">The keys that lead there, for instance <c>rules.minimum-replicas</c>; empty for the file itself.</param>
/// <param name="Line">The line to name, counted from 1.</param>
/// <param name="Errors">Takes what is wrong.</param>
internal sealed record PolicyPlace(string Path, int Line, List<ManifestError> Errors)
{
    /// <summary>A key or a text of the file can be as long as the file.</summary>
    private const int LongestMessage = 500;

    /// <summary>How a message that quotes the value begins: a key <c>is</c> something, a list <c>has</c> it.</summary>
    public string Verb { get; init; } = "is";

    public PolicyPlace Below(string key, int line) => this with { Path = Path.Length == 0 ? key : $"{Path}.{key}", Line = line };

    public PolicyPlace Item(int index, int line) => this with { Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]"), Line = line };

    public void Fail(string problem) => Errors.Add(new(Line, SingleLine.Of($"{Path} {problem}", LongestMessage)));
}
