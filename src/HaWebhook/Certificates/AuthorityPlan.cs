namespace HaWebhook.Certificates;

/// <summary>What has to become of the Secret.</summary>
/// <param name="Authorities">What it is to hold; null where it must not be touched.</param>
/// <param name="Why">Why it is written, for the log; null where it is right as it is. Where it must not be touched: why not, and the remedy.</param>
/// <param name="Unwritten">Whom to go by as long as the Secret cannot be written; null where nobody can sign by that.</param>
/// <param name="IsRepair">Whether somebody has to know of it: what was there was wrong, or somebody else's.</param>
/// <param name="IsRenewal">Whether an authority is made.</param>
internal sealed record AuthorityPlan(Authorities? Authorities, string? Why, Authorities? Unwritten = null, bool IsRepair = false, bool IsRenewal = false);
