using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>An image that changes under its name makes replicas differ, and leaves nothing to roll back to.</summary>
/// <remarks>
/// Reads <c>image</c> of every container: regular, init and ephemeral. A digest is always right, whatever the tag beside it; an absent tag means
/// <c>latest</c> (the reference grammar of OCI Distribution). What is no reference, such as a placeholder of a template, cannot be judged. An
/// absent image is not: the API server refuses it where it means nothing.
/// </remarks>
internal sealed class ImageTag(RuleSettings settings) : IValidatingRule<PodOwner>
{
    private const int LongestImage = 255;
    private const string Latest = "latest";

    /// <summary>What Istio's gateways have for an image until its own webhook sets one (Istio, gateway injection).</summary>
    private const string IstioPlaceholder = "auto";

    private static readonly StringListParameter _mutableTags = new(
        "mutableTags",
        [Latest],
        "The tags that are moved from image to image. They are compared exactly; an absent tag means latest.");

    public static readonly ValidatingRuleDefinition Definition = new((settings, _) => new ImageTag(settings))
    {
        Id = "image-tag",
        Summary = "Every image has a tag other than latest, or a digest.",
        Why = "A tag that is moved brings another image whenever a pod is made anew: replicas differ, a node failure becomes an unplanned rollout, "
            + "and there is nothing to roll back to.",
        Judges = "Everything that has pods: workloads, DaemonSets, Jobs, CronJobs and bare Pods; regular, init and ephemeral containers.",
        Reads = ["containers[].image: an absent tag means latest; a digest is right whatever the tag beside it"],
        Parameters = [_mutableTags],
        DefaultAction = ValidationAction.Audit,
        Example = "containers:\n- name: web\n  image: registry.example.com:5000/web:1.4.2\n",
    };

    private readonly IReadOnlyList<string> _mutable = settings.Get(_mutableTags);
    private readonly string _required = $"must have a digest or a tag other than {string.Join(" or ", settings.Get(_mutableTags))}";

    public IEnumerable<RuleResult> Validate(PodOwner subject, RuleContext context)
    {
        var spec = subject.Template.Spec;
        List<RuleResult>? found = null;
        JudgeAll(subject, spec.Containers, ref found);
        JudgeAll(subject, spec.InitContainers, ref found);
        JudgeAll(subject, spec.EphemeralContainers, ref found);
        return found ?? (IEnumerable<RuleResult>)[];
    }

    private void JudgeAll(PodOwner subject, IReadOnlyList<Container> containers, ref List<RuleResult>? found)
    {
        foreach (var container in containers)
        {
            if (!string.IsNullOrWhiteSpace(container.Image) && Judge(subject, container) is { } result)
            {
                (found ??= []).Add(result);
            }
        }
    }

    private RuleResult? Judge(PodOwner subject, Container container)
    {
        if (container.Image == IstioPlaceholder)
        {
            return new Undecided($"{subject.ContainerField(container, "image")} is {IstioPlaceholder}, which Istio replaces");
        }

        if (!ImageReference.TryParse(container.Image, out var reference))
        {
            return new Undecided($"{subject.ContainerField(container, "image")} is {Shown(container.Image)}, which is no image reference");
        }

        var isMutable = reference.Digest.IsEmpty && IsMutable(reference.Tag.IsEmpty ? Latest : reference.Tag);
        return isMutable ? Wrong(subject, container, reference) : null;
    }

    private bool IsMutable(ReadOnlySpan<char> tag)
    {
        foreach (var candidate in _mutable)
        {
            if (tag.SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }

    private Violation Wrong(PodOwner subject, Container container, ImageReference reference)
    {
        return new(
            subject.ContainerField(container, "image"),
            $"is {Shown(container.Image)}{(reference.Tag.IsEmpty ? ", without a tag" : "")}; {_required}",
            () => FixOf(container.Image));
    }

    private static string FixOf(string image)
    {
        var name = ImageReference.TryParse(image, out var reference) ? Shown(reference.Name.ToString()) : "the image";
        return $"Set image to {name}:<version> or {name}@sha256:<digest>.";
    }

    private static string Shown(string image) => SingleLine.Of(image, LongestImage);
}
