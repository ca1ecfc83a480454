using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Configuration;

/// <summary>Reads a policy, and holds the schema to the same opinion of it.</summary>
internal static class PolicyReading
{
    /// <summary>
    /// Where every text is left for <c>.ci/schema-check</c>, which asks an independent validator: as <c>valid-*.yaml</c>,
    /// <c>invalid-*.yaml</c>, and <c>beyond-*.yaml</c> for what only the reader can tell. Unset for nowhere.
    /// </summary>
    private const string FolderVariable = "HAWEBHOOK_POLICY_TEXTS";

    private static readonly JsonObject _schema = JsonNode.Parse(PolicySchema.Write())!.AsObject();

    /// <summary>What <see cref="PolicyFile.Read"/> says.</summary>
    public static PolicyOptions? Read(string text, out IReadOnlyList<ManifestError> errors)
    {
        var policy = PolicyFile.Read(text, out errors);
        var isBeyond = policy is null && IsBeyondSchema(text, errors);

        // What is no single document is no matter of the schema.
        if (ManifestReader.Read(text) is [{ Root: { } root }])
        {
            Assert.Equal(policy is not null || isBeyond, SchemaCheck.Accepts(_schema, ToJson(root)));
        }

        Leave(text, policy is not null ? "valid" : isBeyond ? "beyond" : "invalid");
        return policy;
    }

    /// <summary>A schema cannot compare kinds with one another, and knows no difference between 2 and 2.0.</summary>
    private static bool IsBeyondSchema(string text, IReadOnlyList<ManifestError> errors) =>
        errors.All(error => error.Message.EndsWith("which is known already", StringComparison.Ordinal)) || text.Contains(": 2.0", StringComparison.Ordinal);

    /// <summary>A node as editors see it, which read YAML 1.2: no, off and y are texts.</summary>
    private static JsonNode? ToJson(ManifestNode node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        ScalarNode { Kind: ScalarKind.Null } => null,
        ScalarNode { Kind: ScalarKind.Boolean } scalar when bool.TryParse(scalar.Text, out var flag) => flag,
        ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Float } scalar => double.Parse(scalar.Json, CultureInfo.InvariantCulture),
        _ => ((ScalarNode)node).Text,
    };

    private static void Leave(string text, string opinion)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
            File.WriteAllText(Path.Combine(folder, $"{opinion}-{name}.yaml"), text);
        }
    }
}
