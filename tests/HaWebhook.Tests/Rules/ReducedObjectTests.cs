using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Rules;

/// <summary>A cache keeps objects reduced; rules must not see the difference.</summary>
public class ReducedObjectTests
{
    private static readonly PolicyEvaluator _evaluator = new(
        PolicyOptions.Default with
        {
            Rules = BuiltInRules.Validating.ToDictionary(rule => rule.Id, _ => new RuleSettings { Action = ValidationAction.Deny }),
        },
        new FixedClock());

    public static TheoryData<string> Rules => [.. RuleFixture.Files.Select(file => file.Split('/')[0]).Distinct()];

    /// <summary>Every object of every fixture, created, scaled and deleted, with all the others of its fixture around it.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Rules_SayTheSameWithReducedObjectsAround(string rule)
    {
        var said = 0;
        foreach (var file in RuleFixture.Files.Where(file => file.StartsWith(rule + "/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            var manifests = new ManifestObjects();
            manifests.Add(new(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", file)), null));
            var strings = new SharedStrings();
            var objects = (from manifest in manifests.Objects
                           let json = manifest.ToJson()
                           let whole = _evaluator.Reader.ReadObject(json, manifest.ApiVersion, manifest.Kind)
                           where whole is not null
                           select (Whole: whole, Reduced: _evaluator.Reader.ReadRelated(json, manifest.ApiVersion, manifest.Kind, strings))).ToList();
            Assert.All(objects, each => AssertHoldsNoBytes(each.Reduced!));
            var wholly = new RelatedManifests(objects.Select(each => (each.Whole.Metadata.Namespace, (KubernetesObject?)each.Whole)));
            var reduced = new RelatedManifests(objects.Select(each => (each.Whole.Metadata.Namespace, (KubernetesObject?)each.Reduced)));
            foreach (var review in objects.SelectMany(each => ReviewsOf(each.Whole)))
            {
                var expected = Describe(_evaluator.Validate(review, wholly.Around(review.Namespace)));
                Assert.Equal(expected, Describe(_evaluator.Validate(review, reduced.Around(review.Namespace))));
                said += expected.Length;
            }
        }

        Assert.True(said > 0);
    }

    [Fact]
    public void Strings_AreSharedUpToAPoint()
    {
        var strings = new SharedStrings(most: 2);
        var (one, same) = (new string('a', 3), new string('a', 3));

        Assert.Same(strings.Of(one), strings.Of(same));
        Assert.Equal("b", strings.Of("b"));
        var late = new string('c', 3);
        Assert.Same(late, strings.Of(late));
        Assert.NotSame(late, strings.Of(new string('c', 3)));
    }

    [Fact]
    public void ReducedWorkloads_ShareTheirLabels()
    {
        var strings = new SharedStrings();
        Workload Read(string name) => (Workload)_evaluator.Reader.ReadRelated(
            System.Text.Encoding.UTF8.GetBytes("""
                {"metadata":{"name":"NAME","labels":{"not":"kept"}},"spec":{"selector":{"matchLabels":{"app":"web"}},
                 "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
                """.Replace("NAME", name, StringComparison.Ordinal)),
            "apps/v1",
            "Deployment",
            strings)!;
        var (first, second) = (Read("a"), Read("b"));

        Assert.Same(first.Template.Metadata.Labels.Keys.Single(), second.Template.Metadata.Labels.Keys.Single());
        Assert.Same(first.Template.Metadata.Labels, first.Selector!.MatchLabels);
        Assert.Same(first.ApiVersion, second.ApiVersion);
        Assert.Empty(first.Metadata.Labels);
        Assert.Empty(first.Template.Spec.Containers);
    }

    private static void AssertHoldsNoBytes(KubernetesObject reduced)
    {
        Assert.True(reduced.Bytes.IsEmpty && reduced.SpecBytes.IsEmpty);
        if (reduced is PodOwner owner)
        {
            Assert.True(owner.Template.Spec.Bytes.IsEmpty);
            Assert.Empty(owner.Template.Spec.AllContainers);
        }
    }

    private static IEnumerable<Review> ReviewsOf(KubernetesObject subject)
    {
        var create = new Review
        {
            Kind = subject.Kind,
            Group = subject.Group,
            Name = subject.Metadata.Name,
            Namespace = subject.Metadata.Namespace,
            Subject = subject,
        };
        var user = new User("alice", []);
        yield return create;
        yield return create with { User = user };
        if (subject is Autoscaler or PodDisruptionBudget)
        {
            yield return create with { Operation = Operation.Delete, Subject = null, OldSubject = subject, User = user };
        }

        if (subject is Workload or ReplicatedResource)
        {
            yield return create with
            {
                Operation = Operation.Update,
                Subresource = "scale",
                User = user,
                Subject = new Scale
                {
                    ApiVersion = "autoscaling/v1",
                    Kind = "Scale",
                    Metadata = new() { Name = subject.Metadata.Name },
                    Replicas = 1,
                    TargetGroup = subject.Group,
                    TargetKind = subject.Kind,
                },
            };
        }
    }

    private static string Describe(Verdict verdict) => string.Join(
        '\n',
        verdict.Findings.Select(finding => $"{finding.Action} {finding.Rule} {finding.Field} {finding.Message} {finding.Fix}")
            .Concat(verdict.Skipped.Select(skipped => skipped.ToString()))
            .Concat(verdict.Exempt.Select(exempt => exempt.ToString()))
            .Append(verdict.ControlledBy));
}
