using HaWebhook.Policy.Exemptions;

namespace HaWebhook.Auditing;

/// <summary>An exemption that holds, and what relies on it.</summary>
/// <param name="Exemption">The exemption: its reason, its last day and who grants it.</param>
/// <param name="Owner">Who has to do something when it ends: the team of its objects; <c>policy</c> where the policy grants it; empty where nobody is known.</param>
/// <param name="DaysLeft">The days left after today, 0 on the last one (UTC); null where it has no end.</param>
/// <param name="Rules">The rules that would find something without it, in order.</param>
/// <param name="Objects">The objects that rely on it, in order.</param>
internal sealed record AuditedExemption(
    Exemption Exemption, string Owner, int? DaysLeft, IReadOnlyList<string> Rules, IReadOnlyList<AuditedObject> Objects);
