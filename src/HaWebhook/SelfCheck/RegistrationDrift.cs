namespace HaWebhook.SelfCheck;

/// <summary>
/// In what our webhooks differ that the chart makes alike: they are about the same namespaces, objects and callers, and what one fills in the other judges.
/// A webhook that leaves out more than the others do lets writes pass unjudged, and nothing else tells.
/// </summary>
internal static class RegistrationDrift
{
    /// <summary>The condition that need not be alike: a policy that fills in the Pods of controllers has to see them.</summary>
    private const string MadeByController = "not-made-by-a-controller";

    /// <summary>In what a webhook is about other objects than the judging one; null where it is not.</summary>
    public static string? OfObjects(RegisteredWebhook webhook, RegisteredWebhook judge)
    {
        var difference = Difference("namespaceSelector", Text(webhook.NamespaceSelector), Text(judge.NamespaceSelector))
            ?? Difference("objectSelector", Text(webhook.ObjectSelector), Text(judge.ObjectSelector))
            ?? Difference("matchConditions", Text(webhook.MatchConditions), Text(judge.MatchConditions));
        return difference is null ? null : $"webhook {webhook.Name}: {difference} of {judge.Name}";
    }

    /// <summary>Which rule of a webhook names what the judging one is not asked about; null where none does.</summary>
    public static string? OfRules(RegisteredWebhook webhook, RegisteredWebhook judge)
    {
        var judged = judge.Rules ?? [];
        var left = from rule in webhook.Rules ?? []
                   from @group in rule.ApiGroups ?? []
                   from resource in rule.Resources ?? []
                   from operation in rule.Operations ?? []
                   where !judged.Any(each => each.Covers(@group, resource, operation))
                   select $"{operation} of {(@group.Length == 0 ? resource : $"{resource}.{@group}")}";
        return left.FirstOrDefault() is { } first ? $"webhook {judge.Name}: rules do not cover {first}, which those of {webhook.Name} do" : null;
    }

    private static string? Difference(string field, string text, string other) => text == other ? null : $"{field} {text} is not {other}, the one";

    private static string Text(RegisteredSelector? selector) => selector?.ToSelector().ToString() is { Length: > 0 } text ? text : "(everything)";

    private static string Text(IReadOnlyList<RegisteredCondition>? conditions)
    {
        var texts = (conditions ?? []).Where(each => each.Name != MadeByController).Select(each => $"{each.Name}: {each.Expression}").Order(StringComparer.Ordinal);
        return string.Join(", ", texts) is { Length: > 0 } text ? text : "(none)";
    }
}
