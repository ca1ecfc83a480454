using System.Security.Cryptography;
using System.Text;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>Reads the policy file. Every key is checked; every error is told, with its line.</summary>
public static class PolicyFile
{
    /// <summary>Reads a policy from the text of its file.</summary>
    /// <param name="text">The file, in YAML or JSON.</param>
    /// <param name="errors">Everything that is wrong with it.</param>
    /// <returns>The policy; null where there are errors.</returns>
    public static PolicyOptions? Read(string text, out IReadOnlyList<ManifestError> errors)
    {
        var found = new List<ManifestError>();
        errors = found;
        var documents = ManifestReader.Read(text);
        found.AddRange(documents.Select(document => document.Error).OfType<ManifestError>());
        if (found.Count == 0 && documents.Count != 1)
        {
            found.Add(new(1, documents.Count == 0 ? "the policy is empty; write at least its mode" : "the policy must be one document"));
        }

        if (found.Count > 0)
        {
            return null;
        }

        if (documents[0].Root is not MappingNode root)
        {
            found.Add(new(documents[0].Line, "the policy must be a mapping of keys such as mode and rules"));
            return null;
        }

        var options = PolicyKeys.File.Read(root, new PolicyPlace("", root.Line, found)) with { Hash = HashOf(text) };
        errors = [.. found.OrderBy(error => error.Line)];
        return found.Count == 0 ? options : null;
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
