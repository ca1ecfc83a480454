using System.Text.Json;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class DamagedManifestTests
{
    private static readonly string _manifest = """
        %YAML 1.1
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: &labels {app: web, "tier": 'front'}}
        spec:
          replicas: 0x2   # two
          template:
            metadata:
              labels: {<<: *labels, x: !!str 1}
            spec:
              containers:
              - name: web
                args: ["--a=b", --c,
                  'd e']
                script: |+
                  set -e

                  echo "hi"
                note: >-
                  folded
                  text
                text: "double
                  quoted \u0041"
              ? complex
              : [a: b, {c: d}]
        ---
        {"a": [1, 2.5, true, null, "x\n"], "b": {"c": {}}}
        """;

    private static readonly string[] _pieces =
    [
        " ", "\t", "\n", "\r\n", ":", ": ", "- ", "? ", "#", " #", "\"", "'", "[", "]", "{", "}", ",", "&a ", "*a", "*labels", "!", "!!str ",
        "|", ">", "%", "@", "---\n", "...\n", "<<: ", "~", "\\", "\0", "\uFEFF", "\u0085", "\u2028", "\ud83d", "{{ .x }}",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_damaged_manifest_is_either_read_or_an_error_of_one_line(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1_000; i++)
        {
            AssertReadOrRefused(Damage(random, _manifest));
        }
    }

    [Fact]
    public void Every_manifest_that_ends_too_early_is_either_read_or_an_error_of_one_line()
    {
        for (var length = 0; length < _manifest.Length; length++)
        {
            AssertReadOrRefused(_manifest[..length]);
            AssertReadOrRefused(_manifest[length..]);
            AssertReadOrRefused(_manifest[..length] + "\t-");
        }
    }

    private static void AssertReadOrRefused(string text)
    {
        var lines = text.Split(["\r\n", "\n", "\r", "\u0085", "\u2028"], StringSplitOptions.None).Length;
        foreach (var document in ManifestReader.Read(text))
        {
            Assert.InRange(document.Line, 1, lines);
            if (document.Error is { } error)
            {
                Assert.Null(document.Root);
                Assert.InRange(error.Line, 1, lines);
                Assert.InRange(error.Message.Length, 1, 250);
                Assert.DoesNotContain(error.Message, char.IsControl);
                Assert.DoesNotContain("Line:", error.Message, StringComparison.Ordinal);
            }
            else
            {
                using var json = JsonDocument.Parse(ManifestJson.ToJson(document.Root!));
            }
        }
    }

    private static string Damage(Random random, string text)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var start = random.Next(text.Length);
            var length = Math.Min(random.Next(12), text.Length - start);
            text = random.Next(3) switch
            {
                0 => text.Remove(start, length),
                1 => text.Insert(start, _pieces[random.Next(_pieces.Length)]),
                _ => text.Insert(random.Next(text.Length), text.Substring(start, length)),
            };
        }

        return text;
    }
}
