using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>
/// Helm takes null for the wish to have no default, and drops the key before the schema sees it; an upgrade that reuses the values of an older chart lacks what
/// is new in the same way. Each key may be missing, or is named as what is needed: nobody has to read what a template stumbled over.
/// </summary>
public class NullValuesTests
{
    private static readonly JsonObject _values = Yaml.Read(Repository.Read("charts/ha-webhook/values.yaml"));

    public static TheoryData<string> Keys => [.. _values.Select(value => value.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_value_that_is_null_renders_or_is_named_as_needed(string key)
    {
        string[] modes = key == "certificates" ? ["certManager", "selfManaged", "existingSecret"] : ["certManager"];
        foreach (var mode in modes)
        {
            foreach (var path in Paths([key], _values[key]))
            {
                var given = Yaml.Read(Render.Everything(mode));
                SetNull(given, path);

                var result = await Render.TryAsync(given.ToJsonString());

                var told = $"{string.Join('.', path)} in mode {mode}: {result.Errors}";
                if (result.ExitCode == 0)
                {
                    Assert.False(result.Output.Contains("<nil>", StringComparison.Ordinal) || result.Output.Contains("%!", StringComparison.Ordinal), told);
                }
                else
                {
                    var parent = path.Length == 1 ? "(root)" : string.Join('.', path[..^1]);
                    Assert.True(
                        result.Errors.TrimEnd().EndsWith($"\n- {parent}: {path[^1]} is required", StringComparison.Ordinal)
                        || result.Errors.Contains($"needs {string.Join('.', path)}", StringComparison.Ordinal),
                        told);
                }
            }
        }
    }

    /// <summary>What is none by nature needs no other word for it.</summary>
    [Theory]
    [InlineData("commonLabels")]
    [InlineData("podAnnotations")]
    [InlineData("priorityClassName")]
    [InlineData("resources")]
    [InlineData("securityContext")]
    [InlineData("podSecurityContext")]
    [InlineData("nodeSelector")]
    [InlineData("tolerations")]
    public async Task What_may_be_empty_may_be_null(string key)
    {
        var render = await Render.WithAsync($"{key}: null");

        Assert.DoesNotContain(render.Deployment.At("spec/template/spec")!.AsObject().Concat(render.Container), field => field.Value is null);
        Assert.Equal(key != "priorityClassName", render.Objects.Any(item => item.Kind() == "ResourceQuota"));
    }

    private static IEnumerable<string[]> Paths(string[] path, JsonNode? value) =>
        value is JsonObject map ? map.SelectMany(entry => Paths([.. path, entry.Key], entry.Value)).Prepend(path) : [path];

    private static void SetNull(JsonObject values, string[] path)
    {
        foreach (var step in path[..^1])
        {
            values = (values[step] ??= new JsonObject()).AsObject();
        }

        values[path[^1]] = null;
    }
}
