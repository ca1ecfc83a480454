using HaWebhook.Auditing;
using HaWebhook.Checking;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Browser.Tests;

/// <summary>Reports that are made from the sample.</summary>
internal static class Variations
{
    /// <summary>Names as nobody should be able to give them, each of which would do harm if it were read as something else than text.</summary>
    public static readonly IReadOnlyList<string> HostileNames =
    [
        "</script><script>window.pwned = 1</script>",
        "<img src=x onerror=\"window.pwned = 1\">",
        "<!--<script>",
        "\"><svg onload=window.pwned=1>",
        "' onclick='window.pwned = 1",
        "javascript:window.pwned=1",
        "{{data}}{{script}}{{style-hash}}",
        "${window.pwned = 1}",
        "a\u2028b\u2029c",
        "\u202egnp.exe\u0000\u001b[31m",
        "lone \ud83d surrogate",
        "__proto__",
    ];

    /// <summary>The sample with one object of each hostile name, which also names its namespace, its team, its node and all that is said of it.</summary>
    public static AuditReport Hostile()
    {
        var sample = SampleCluster.Report();
        var model = sample.Objects.First(item => item.Name == "functions");
        List<AuditedObject> objects =
        [
            .. HostileNames.Select(name => model with
            {
                Namespace = name,
                Name = name,
                Kind = name,
                ApiVersion = name,
                Team = name,
                File = name,
                Findings = [.. model.Findings.Select(found => (found.Finding with { Field = name, Message = name }, 0))],
                Exempt = [new("minimum-replicas", new Exemption(null, name, null, name))],
                Survival = model.Survival! with { Namespace = name, Name = name, Kind = name, Budget = name, Nodes = [(name, 1)], Zones = [(name, 1)] },
            }),
        ];
        var worst = HostileNames[0];
        return sample with
        {
            Source = new(IsLiving: true, worst, HostileNames[1], HostileNames[3], [HostileNames[4]]),
            PolicyHash = HostileNames[1],
            TeamLabel = HostileNames[1],
            Gaps = [.. HostileNames.Select(name => new AuditGap(name, name, name, name))],
            Errors = [.. HostileNames.Select(name => new CheckError(name, 1, name))],
            Objects = objects,
            SwitchedOff = HostileNames,
            Zones = [.. HostileNames.Select(name => new ZoneSurvival(name, 1, 1, new([.. objects.Select(item => item.Survival!)], [])))],
            Nodes =
            [
                .. HostileNames.Select(name => new NodeSurvival(
                    name, name, 1, DomainFailure.None, DomainFailure.None, DrainState.Blocked, [new(DrainState.Blocked, name, [name], 1, name, new(name, name, name))], true)),
            ],
            Exemptions = [.. objects.Select(item => new AuditedExemption(item.Exempt[0].Exemption, item.Team, null, [item.Name], [item]))],
            Preview = new(
                Policy.Configuration.Mode.Enforce,
                RefusesUpdates: true,
                [.. objects.Select(item => new PreviewedObject(item, [.. item.Findings.Select(found => found.Finding with { Action = Policy.Configuration.ValidationAction.Deny })]))],
                [.. HostileNames.Select(name => new PreviewTotal(name, 1, 1, 1))],
                [.. HostileNames.Select(name => new PreviewTotal(name, 1, 1, 1))]),
        };
    }

    /// <summary>As many workloads as that, in namespaces of a hundred, with texts of their own.</summary>
    public static AuditReport Large(int workloads)
    {
        var sample = SampleCluster.Report();
        List<AuditedObject> models = [.. sample.Objects.Where(item => item.Survival is not null)];
        List<AuditedObject> objects =
        [
            .. Enumerable.Range(0, workloads).Select(index =>
            {
                var model = models[index % models.Count];
                var (@namespace, name) = ($"team-{index / 100:D3}", $"service-{index:D5}");
                return model with { Namespace = @namespace, Name = name, Survival = Renamed(model.Survival!, @namespace, name) };
            }),
        ];
        return sample with { Objects = objects, Summary = sample.Summary with { Objects = workloads, Workloads = workloads } };
    }

    private static WorkloadSurvival Renamed(WorkloadSurvival survival, string @namespace, string name) => survival with
    {
        Namespace = @namespace,
        Name = name,
        Rollout = Renamed(survival.Rollout, name),
        Drain = Renamed(survival.Drain, name),
        NodeLoss = Renamed(survival.NodeLoss, name),
        ZoneLoss = Renamed(survival.ZoneLoss, name),
    };

    private static FailureVerdict Renamed(FailureVerdict verdict, string name) => verdict with
    {
        Reason = $"{verdict.Reason} That is {name}.",
        Mend = verdict.Mend is { } mend ? mend with { Fix = $"{mend.Fix} That is for {name}." } : null,
    };
}
