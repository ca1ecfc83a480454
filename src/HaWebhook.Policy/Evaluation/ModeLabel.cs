using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Evaluation;

/// <summary>Reads the namespace label <c>ha-webhook.io/mode</c>.</summary>
internal static class ModeLabel
{
    private static readonly string[] _names = [.. Enum.GetNames<Mode>().Reverse()];

    /// <summary>The mode that a label's value names, without regard to case; null for none.</summary>
    public static Mode? Read(string value) => Array.FindIndex(_names, name => name.Equals(value, StringComparison.OrdinalIgnoreCase)) switch
    {
        < 0 => null,
        var index => (Mode)(_names.Length - 1 - index),
    };

    /// <summary>Why a label's value counts for nothing, in a line; null where it counts or makes no difference.</summary>
    public static string? Problem(string value, PolicyOptions options)
    {
        if (Read(value) is not { } wanted)
        {
            var given = SingleLine.Of(value, longest: 16);
            var modes = $"{string.Join(", ", _names[..^1])} or {_names[^1]}";
            return $"{HaAnnotations.ModeLabel} is {(given.Length == 0 ? "empty" : given)}, which is no mode; must be {modes}{NearestName.Hint(value, _names)}";
        }

        return options.NamespaceModes switch
        {
            NamespaceModes.Ignore when wanted != options.Mode =>
                $"{HaAnnotations.ModeLabel} counts for nothing: the policy ignores it (namespaceModes: Ignore) and its mode is {options.Mode}",
            NamespaceModes.StricterOnly when wanted < options.Mode =>
                $"{HaAnnotations.ModeLabel} is {wanted}, which is laxer than the policy's mode {options.Mode} and so counts for nothing",
            _ => null,
        };
    }
}
