using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HaWebhook.Chart.Tests;

/// <summary>The Dockerfile copies what a build needs. No image is built here, so nothing else would tell.</summary>
public class DockerfileTests
{
    private static readonly string _text = Repository.Read("Dockerfile");

    private static readonly string _build = _text[.._text.LastIndexOf("\nFROM ", StringComparison.Ordinal)];

    private static readonly string _final = _text[_text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];

    [Fact]
    public void Projects_are_restored_before_the_sources_come()
    {
        var restore = _build[.._build.IndexOf("RUN dotnet restore", StringComparison.Ordinal)];

        Assert.All(Projects("src/HaWebhook/HaWebhook.csproj"), project => Assert.Contains($"COPY {project} {Path.GetDirectoryName(project)}/", restore, StringComparison.Ordinal));
        Assert.Matches("COPY global.json Directory.Build.props Directory.Packages.props", restore);
        Assert.DoesNotContain("COPY src src", restore, StringComparison.Ordinal);
    }

    [Fact]
    public void What_projects_take_from_elsewhere_is_copied_and_not_ignored()
    {
        var copied = Regex.Matches(_build, "^COPY (.*) [^ ]+$", RegexOptions.Multiline).SelectMany(match => match.Groups[1].Value.Split(' ')).ToList();
        var kept = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var needed = Projects("src/HaWebhook/HaWebhook.csproj")
            .SelectMany(project => XDocument.Load(Repository.PathOf(project)).Descendants()
                .Where(item => item.Name.LocalName is "EmbeddedResource" or "None" or "Content" or "AdditionalFiles")
                .Select(item => item.Attribute("Include")!.Value)
                .Where(path => path.StartsWith("../../", StringComparison.Ordinal))
                .Select(path => path["../../".Length..]))
            .ToList();

        Assert.Contains("README.md", needed);
        Assert.All(needed.Concat(copied), path => Assert.Contains(kept, keep => path == keep || path.StartsWith(keep + "/", StringComparison.Ordinal)));
        Assert.All(needed, path => Assert.Contains(copied, copy => path == copy || path.StartsWith(copy + "/", StringComparison.Ordinal)));
        Assert.All(copied, path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

    [Fact]
    public void The_image_needs_no_shell_and_is_not_root()
    {
        Assert.DoesNotContain("\nRUN ", _final, StringComparison.Ordinal);
        Assert.Matches("\nFROM mcr.microsoft.com/dotnet/aspnet:10.0-[a-z]+-chiseled\n", _final);
        Assert.Matches("\nUSER [1-9][0-9]*\n", _final);
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"/app/ha-webhook.dll\"]", _final, StringComparison.Ordinal);
        Assert.Contains("HAWEBHOOK_BIND=0.0.0.0", _final, StringComparison.Ordinal);

        // A user that is in no password file has no home otherwise, and .NET builds no certificate chain without one.
        Assert.Contains("HOME=/home/app", _final, StringComparison.Ordinal);

        // A variable that a Service named ha-webhook would set must never be an option.
        Assert.DoesNotContain("HA_WEBHOOK", _text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chart_runs_the_version_that_is_built()
    {
        var version = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

        Assert.Equal($"ha-webhook:{version}", (await Render.WithAsync()).Container.Text("image"));
        Assert.Contains($"ARG VERSION={version}\n", _final, StringComparison.Ordinal);
    }

    /// <summary>A project and those that it refers to.</summary>
    private static HashSet<string> Projects(string project)
    {
        var found = new HashSet<string>([project]);
        foreach (var reference in XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference"))
        {
            var path = Path.Combine(Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value);
            found.UnionWith(Projects(Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.PathOf(path)))));
        }

        return found;
    }
}
