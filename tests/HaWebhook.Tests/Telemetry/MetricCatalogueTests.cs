using System.Text.RegularExpressions;
using HaWebhook.Telemetry;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Rules;

namespace HaWebhook.Tests.Telemetry;

/// <summary>The page of metrics tells of all there are, and of no others.</summary>
public sealed partial class MetricCatalogueTests
{
    [Fact]
    public void It_is_what_the_sources_measure()
    {
        var measured = Directory.EnumerateFiles(SourceTree.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "MetricCatalogue.cs" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Name().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .ToHashSet();
        var catalogued = MetricCatalogue.All.Select(metric => metric.Name).Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal)).ToList();
        Assert.All(measured, name => Assert.True(catalogued.Contains(name), $"{name} is measured and not in MetricCatalogue: add it there, then run ha-webhook docs"));
        Assert.All(catalogued, name => Assert.True(measured.Contains(name), $"{name} is in MetricCatalogue, but nothing measures it by that name"));
    }

    [Fact]
    public async Task Types_and_labels_are_those_that_are_served()
    {
        await using var cluster = await LivingCluster.StartAsync();
        using var denied = await cluster.Webhook.PostAsync("/validate", System.Text.Encoding.UTF8.GetBytes(Reviews.Text()));
        var metrics = await Exposition.OfAsync(cluster.Webhook);
        foreach (var (name, type) in metrics.Types)
        {
            var entry = MetricCatalogue.All.SingleOrDefault(metric => metric.Name == name);
            Assert.True(entry is not null, $"{name} is served and not in MetricCatalogue: add it there, then run ha-webhook docs");
            Assert.True(entry.Type == type, $"MetricCatalogue calls {name} a {entry.Type}; it is served as a {type}");
            var labels = metrics.Values.Keys.Where(series => NameOf(series) == name).SelectMany(Labels).Distinct().Order(StringComparer.Ordinal);
            Assert.True(labels.SequenceEqual(entry.Labels.Order(StringComparer.Ordinal)), $"{name} has the labels {string.Join(", ", labels)}: correct MetricCatalogue");
        }
    }

    [Fact]
    public void Names_are_by_the_rules_of_Prometheus() => Assert.All(MetricCatalogue.All, metric =>
    {
        Assert.Matches("^[a-z][a-z0-9_]*$", metric.Name);
        Assert.Equal(metric.Type == "counter", metric.Name.EndsWith("_total", StringComparison.Ordinal));
        Assert.All(metric.Labels, label => Assert.Matches("^[a-z][a-z_]*$", label));
        Assert.True(metric.Alert is null || metric.Alert.Expression.Contains(metric.Name, StringComparison.Ordinal), metric.Name);
    });

    private static string NameOf(string series)
    {
        var name = series.Split('{')[0];
        foreach (var suffix in new[] { "_bucket", "_sum", "_count" })
        {
            if (MetricCatalogue.All.Any(metric => metric.Type == "histogram" && metric.Name + suffix == name))
            {
                return name[..^suffix.Length];
            }
        }

        return name;
    }

    private static IEnumerable<string> Labels(string series) => series.Contains('{', StringComparison.Ordinal)
        ? series.Split('{', 2)[1].Split("=\"").SkipLast(1).Select(part => part.Split(',')[^1]).Where(label => label != "le")
        : [];

    [GeneratedRegex("\"(?<name>(ha_webhook|process)_[a-z_]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
