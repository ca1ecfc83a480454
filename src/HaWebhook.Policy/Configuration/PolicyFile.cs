using System.Security.Cryptography;
using System.Text;
using HaWebhook.Policy.Exemptions;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>Reads the policy file. Every key is checked; every error is told, with its line.</summary>
public static class PolicyFile
{
    private static readonly string[] _selectors = ["namespaces", "usernames", "groups", "serviceAccounts"];

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

        var options = Read(new PolicySection(root, "", found)) with { Hash = HashOf(text) };
        errors = [.. found.OrderBy(error => error.Line)];
        return found.Count == 0 ? options : null;
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static PolicyOptions Read(PolicySection file)
    {
        var defaults = PolicyOptions.Default;
        if (file.Node("overrides") is { } overrides)
        {
            file.Fail(overrides.Line, "overrides", "needs namespace labels, which this version does not read; use the key mode and exemptions");
        }

        var options = defaults with
        {
            Mode = file.Choice("mode", defaults.Mode),
            ExistingViolations = file.Choice("existingViolations", defaults.ExistingViolations),
            OnRuleError = file.Choice("onRuleError", defaults.OnRuleError),
            NamespaceModes = file.Choice("namespaceModes", defaults.NamespaceModes),
            AnnotationExemptions = ReadAnnotationExemptions(file.Section("annotationExemptions")),
            Exemptions = [.. file.Sections("exemptions").Select(ReadExemption)],
            Autoscalers = file.Strings("autoscalers", defaults.Autoscalers),
            RestoreUsers = file.Strings("restoreUsers", defaults.RestoreUsers),
            Workloads = file.Has("workloads") ? [.. file.Sections("workloads").Select(ReadWorkload)] : defaults.Workloads,
            ReplicatedResources = file.Has("replicatedResources")
                ? [.. file.Sections("replicatedResources").Select(ReadReplicatedResource)]
                : defaults.ReplicatedResources,
            Rules = ReadRules(file.Section("rules")),
        };
        RejectTaken(file, options);
        file.RejectUnknown();
        return options;
    }

    private static AnnotationExemptions ReadAnnotationExemptions(PolicySection? section)
    {
        var defaults = new AnnotationExemptions();
        if (section is null)
        {
            return defaults;
        }

        var exemptions = new AnnotationExemptions
        {
            Allowed = section.Boolean("allowed", defaults.Allowed),
            MaximumDays = section.Integer("maximumDays", defaults.MaximumDays, 1, 3650),
            UntilRequired = section.Boolean("untilRequired", defaults.UntilRequired),
        };
        section.RejectUnknown();
        return exemptions;
    }

    private static PolicyExemption ReadExemption(PolicySection section)
    {
        var exemption = new PolicyExemption
        {
            Namespaces = section.Strings("namespaces", []),
            Usernames = section.Strings("usernames", []),
            Groups = section.Strings("groups", []),
            ServiceAccounts = section.Strings("serviceAccounts", []),
            Rules = section.Strings("rules", [Exemption.All]),
            Reason = section.RequiredText("reason"),
            Until = section.Date("until"),
        };
        section.RejectUnknown();
        if (exemption.Rules.Count == 0)
        {
            section.Fail(section.LineOf("rules"), "rules", $"must name rules, or {Exemption.All}");
        }

        // A selector of the wrong type is an error of its own.
        if (exemption.Namespaces.Count + exemption.Usernames.Count + exemption.Groups.Count + exemption.ServiceAccounts.Count == 0
            && !_selectors.Any(key => section.Node(key) is not (null or SequenceNode { Items.Count: 0 })))
        {
            section.Fail(section.Line, "", "must give namespaces, usernames, groups or serviceAccounts: without them it would exempt everything");
        }

        foreach (var account in exemption.ServiceAccounts.Where(account => account.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]))
        {
            section.Fail(section.LineOf("serviceAccounts"), "serviceAccounts", $"has {account}; must be namespace/name");
        }

        var known = BuiltInRules.All.Select(rule => rule.Id).Append(Exemption.All).ToArray();
        foreach (var unknown in exemption.Rules.Except(known, StringComparer.Ordinal))
        {
            section.Fail(section.LineOf("rules"), "rules", $"has {unknown}, which is no rule{NearestName.Hint(unknown, known)}");
        }

        return exemption;
    }

    /// <summary>A kind can be one thing only; a second entry would be without effect.</summary>
    private static void RejectTaken(PolicySection file, PolicyOptions options)
    {
        var taken = new HashSet<(string Group, string Kind)>();
        foreach (var workload in options.Workloads)
        {
            Check("workloads", (workload.Group, workload.Kind));
        }

        // One kind may keep several counts.
        foreach (var kind in options.ReplicatedResources.Select(resource => (resource.Group, resource.Kind)).Distinct())
        {
            Check("replicatedResources", kind);
        }

        void Check(string key, (string Group, string Kind) kind)
        {
            if (KindTable.IsBuiltIn(kind.Group, kind.Kind) || !taken.Add(kind))
            {
                file.Fail(file.LineOf(key), key, $"has {kind.Kind} of {(kind.Group.Length == 0 ? "the core group" : kind.Group)}, which is known already");
            }
        }
    }

    private static CustomWorkload ReadWorkload(PolicySection section)
    {
        var workload = new CustomWorkload(
            section.RequiredText("group"), section.RequiredText("kind"), section.RequiredText("resource"), section.Integer("absent", 1, 0, 100));
        section.RejectUnknown();
        return workload;
    }

    private static CustomReplicatedResource ReadReplicatedResource(PolicySection section)
    {
        var path = section.RequiredText("path");
        if (path.Length > 0 && (!path.StartsWith("spec.", StringComparison.Ordinal) || !path.Split('.').All(IsStep)))
        {
            section.Fail(section.LineOf("path"), "path", $"is {path}; must be names joined by dots below spec, such as spec.instances or spec.nodeSets[].count");
        }

        var resource = new CustomReplicatedResource(section.RequiredText("group"), section.RequiredText("kind"), section.RequiredText("resource"), path, section.Integer("absent", 1, 0, 100));
        section.RejectUnknown();
        return resource;
    }

    /// <summary>A field's name, with <c>[]</c> behind it where the field is a list.</summary>
    private static bool IsStep(string step)
    {
        var name = step.EndsWith("[]", StringComparison.Ordinal) ? step[..^2] : step;
        return name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
    }

    private static Dictionary<string, RuleSettings> ReadRules(PolicySection? section)
    {
        var rules = new Dictionary<string, RuleSettings>(StringComparer.Ordinal);
        if (section is null)
        {
            return rules;
        }

        foreach (var definition in BuiltInRules.All)
        {
            if (section.Section(definition.Id) is { } rule)
            {
                rules.Add(definition.Id, ReadRule(rule, definition));
            }
        }

        section.RejectUnknown();
        return rules;
    }

    private static RuleSettings ReadRule(PolicySection section, RuleDefinition definition)
    {
        var isValidating = definition is ValidatingRuleDefinition;
        if (isValidating)
        {
            section.Refuse("enabled", "is for mutating rules; a validating rule has action");
        }
        else
        {
            section.Refuse("action", "is for validating rules; a mutating rule has enabled");
        }

        var values = new Dictionary<RuleParameter, object>();
        foreach (var parameter in definition.Parameters)
        {
            if (section.Node(parameter.Name) is not { } node)
            {
                continue;
            }

            if (parameter.Parse(node) is { } value)
            {
                values.Add(parameter, value);
            }
            else
            {
                section.Fail(section.LineOf(parameter.Name), parameter.Name, $"must be {parameter.Accepts}");
            }
        }

        var settings = new RuleSettings
        {
            Action = isValidating && section.Has("action") ? section.Choice("action", ValidationAction.Off) : null,
            Enabled = isValidating || section.Boolean("enabled", true),
            Values = values,
        };
        section.RejectUnknown();
        return settings;
    }
}
