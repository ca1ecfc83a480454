using System.Globalization;
using HaWebhook.Auditing;
using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Browser.Tests;

/// <summary>The audit of a cluster that could be: the manifests and pods of sample-cluster.txt, judged by the real rules and the real arithmetic.</summary>
internal static class SampleCluster
{
    public static readonly DateTimeOffset Today = new(2026, 11, 21, 20, 12, 0, TimeSpan.Zero);

    private const string Hash = "6d4cf56db";

    public static AuditReport Report() => Report(Lines());

    public static AuditReport Report(IReadOnlyList<string[]> lines)
    {
        var question = new AuditQuestion
        {
            Policy = PolicyOptions.Default.WithMode(Mode.Warn),
            AsIf = Mode.Enforce,
            TeamLabel = "team",
            Rules = RuleSelection.All,
            Clock = new FixedClock(Today),
        };
        var standing = new StandingObjects(question.Policy, question.AsIf, question.Clock);
        var text = string.Join("---\n", lines.Select(line => SampleManifests.Of(line, Today)));
        List<KubernetesObject> subjects = [.. ManifestReader.Read(text).Select(document => ObjectOf((MappingNode)document.Root!, standing))];
        var related = new RelatedManifests(subjects.Select(subject => (subject.Metadata.Namespace, (KubernetesObject?)subject)));
        var survival = ClusterSurvival.Of(new()
        {
            Namespaces = lines.Select(line => line[0]).Distinct().ToDictionary(name => name, related.Around),
            Pods = [.. lines.SelectMany(Pods)],
            Nodes = Nodes(),
        });
        var survivals = survival.Workloads.ToDictionary(AuditAssembly.KeyOf);
        var assembly = new AuditAssembly(question);
        foreach (var subject in subjects)
        {
            var @namespace = subject.Metadata.Namespace;
            var around = related.Around(@namespace);
            var verdict = standing.Judge(subject, @namespace, around);
            var survives = survivals.GetValueOrDefault(new(@namespace, subject.Group, subject.Kind, subject.Metadata.Name));
            var running = survives is null ? StandingVerdict.Nothing : standing.JudgeRunning(ClusterReader.Keep(subject), survives, around, Backups.None);
            assembly.Add(
                new()
                {
                    ApiVersion = subject.ApiVersion,
                    Kind = subject.Kind,
                    Namespace = @namespace,
                    Name = subject.Metadata.Name,
                    Team = assembly.TeamOf(subject, around.NamespaceLabels),
                    Findings = [.. verdict.Findings.Concat(running.Findings).Select(finding => (finding, 0))],
                    Changes = verdict.Changes,
                    Exempt = verdict.Exempt,
                    Survival = survives,
                },
                verdict.AsIf);
        }

        var source = new AuditSource(IsLiving: true, "https://prod-eu.example.net:6443", "context prod-eu of ~/.kube/config", "1.36", []);
        return assembly.Report(source, Today, survival, [], [], []);
    }

    /// <summary>The lines of the file, in words; the flags begin with the ninth but for the nodes.</summary>
    public static IReadOnlyList<string[]> Lines() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "sample-cluster.txt"))
            .Where(line => !line.StartsWith('#') && line.Length > 0)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    private static IReadOnlyList<Node> Nodes() =>
    [
        .. from zone in "abc"
           from number in Enumerable.Range(1, 4)
           let name = string.Create(CultureInfo.InvariantCulture, $"worker-{zone}{number}")
           select new Node
           {
               Name = name,
               IsReady = true,
               Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = $"eu-west-1{zone}", ["kubernetes.io/hostname"] = name },
           },
    ];

    private static IEnumerable<RunningPod> Pods(string[] line)
    {
        var (kind, name) = (line[2], line[3]);
        foreach (var (index, word) in line.Skip(6).Take(int.Parse(line[5], CultureInfo.InvariantCulture)).Index())
        {
            yield return new()
            {
                Namespace = line[0],
                Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{index}"),
                NodeName = $"worker-{word.TrimEnd('!')}",
                Labels = new Dictionary<string, string> { ["app"] = name, ["pod-template-hash"] = Hash },
                Controller = kind == "Deployment"
                    ? new("apps/v1", "ReplicaSet", $"{name}-{Hash}", "", IsController: true)
                    : new("apps/v1", kind, name, "", IsController: true),
                IsReady = !word.EndsWith('!'),
                Phase = PodPhase.Running,
            };
        }
    }

    private static KubernetesObject ObjectOf(MappingNode root, StandingObjects standing) =>
        standing.Reader.ReadObject(ManifestJson.ToJson(root), Text(root, "apiVersion"), Text(root, "kind"))!;

    private static string Text(MappingNode mapping, string field) =>
        mapping.TryGet(field, out var value) ? ((ScalarNode)value).Text : throw new InvalidDataException(field);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
