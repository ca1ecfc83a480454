using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using HaWebhook.Policy;
using HaWebhook.Policy.Configuration;
using HaWebhook.Telemetry.Logs;

namespace HaWebhook.Commands;

/// <summary>The options that several commands share, and how values are read.</summary>
internal static class CommandOptions
{
    /// <summary>A hundred years, in seconds.</summary>
    private const long LongestDuration = 36_500L * 86_400;

    public static Option<string?> Policy() =>
        EnvironmentOption.Create<string?>("--policy", "The policy file; without one the default policy holds.", null, TryText);

    public static Option<Mode?> Mode() =>
        EnvironmentOption.Create<Mode?>("--mode", "Enforce, Warn or Audit; goes before the policy's own mode.", null, TryMode);

    public static Option<string?> KubeConfig() => EnvironmentOption.Create<string?>(
        "--kubeconfig", "The kubeconfig that leads to the cluster; without one the pod's own credentials, else KUBECONFIG.", null, TryText);

    public static Option<string?> Context() =>
        EnvironmentOption.Create<string?>("--context", "A context of the kubeconfig; without one its current context.", null, TryText);

    /// <summary>An option that takes the path of a file.</summary>
    public static Option<string?> File(string name, string description)
    {
        var file = new Option<string?>(name) { Description = description, HelpName = "FILE" };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} must be a path");
            }
        });
        return file;
    }

    /// <summary>Paths of manifests. What looks like an option is one that does not exist, not a file.</summary>
    public static Argument<string[]> Paths(string description, ArgumentArity arity)
    {
        var paths = new Argument<string[]>("path") { Description = description, Arity = arity };
        paths.Validators.Add(result =>
        {
            var options = ((CommandResult)result.Parent!).Command.Options.Select(option => option.Name);
            foreach (var token in result.Tokens.Where(token => token.Value is ['-', _, ..]))
            {
                result.AddError($"there is no option {token.Value}{NearestName.Hint(token.Value, options)}");
            }
        });
        return paths;
    }

    public static Option<bool> Fix() =>
        new("--fix") { Description = "Write what admission would add into the files, and check what comes of it." };

    public static Option<bool> DryRun() =>
        new("--dry-run") { Description = "With --fix: show the changes as a diff, and leave the files as they are." };

    /// <summary>Refuses combinations that mean nothing.</summary>
    public static void CheckFix(CommandResult result, Argument<string[]> paths, Option<bool> fix, Option<bool> dryRun)
    {
        if (result.GetValue(dryRun) && !result.GetValue(fix))
        {
            result.AddError("--dry-run goes with --fix");
        }

        if (result.GetValue(fix) && (result.GetValue(paths) ?? []).Contains("-"))
        {
            result.AddError("--fix writes files and cannot write standard input (-): give it the file");
        }
    }

    public static bool TryText(string text, out string? value, out string expected)
    {
        (value, expected) = (text, "a path");
        return text.Length > 0;
    }

    public static bool TryPort(string text, out int value, out string expected)
    {
        expected = "a port from 0 to 65535";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= IPEndPoint.MaxPort;
    }

    public static bool TryAddress(string text, out IPAddress value, out string expected)
    {
        expected = "an IP address";
        var parsed = IPAddress.TryParse(text, out var address);
        value = address ?? IPAddress.Loopback;
        return parsed;
    }

    public static bool TrySwitch(string text, out bool value, out string expected)
    {
        expected = "true or false";
        value = text is "" or "true";
        return text is "" or "true" or "false";
    }

    /// <summary>A length of time as people write it: <c>30s</c>, <c>15m</c>, <c>24h</c>, <c>365d</c>; from nothing to a hundred years.</summary>
    public static bool TryDuration(string text, out TimeSpan value, out string expected)
    {
        expected = "a whole number with s, m, h or d, such as 30s or 24h, and at most 36500d";
        long unit = text is [.., var last] ? SecondsIn(last) : 0;
        var isNumber = long.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        var fits = isNumber && unit > 0 && count <= LongestDuration / unit;
        value = fits ? TimeSpan.FromSeconds(count * unit) : default;
        return fits;

        static int SecondsIn(char unit) => unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
    }

    /// <summary>A name that Kubernetes gives to Services and namespaces (RFC 1123 label).</summary>
    public static bool TryName(string text, out string value, out string expected)
    {
        (value, expected) = (text, "a name of at most 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit");
        return text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-' && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
    }

    /// <summary>A name that Kubernetes gives to most objects (RFC 1123 subdomain).</summary>
    public static bool TryObjectName(string text, out string value, out string expected)
    {
        (value, expected) = (text, "a name of at most 253 lower-case letters, digits, hyphens and dots that starts and ends with a letter or digit");
        return text.Length <= 253 && text.Split('.').All(label => TryName(label, out _, out _));
    }

    /// <summary>A size in bytes, as Kubernetes writes quantities: <c>1048576</c>, <c>64Mi</c>, <c>1Gi</c>.</summary>
    public static bool TryBytes(string text, out long value, out string expected)
    {
        expected = "a whole number of bytes, or one with Ki, Mi or Gi, such as 64Mi";
        var shift = text switch { [.., 'K', 'i'] => 10, [.., 'M', 'i'] => 20, [.., 'G', 'i'] => 30, _ => 0 };
        var isNumber = long.TryParse(shift == 0 ? text : text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        var fits = isNumber && count <= long.MaxValue >> shift;
        value = fits ? count << shift : 0;
        return fits;
    }

    public static bool TryLogFormat(string text, out LogFormat value, out string expected)
    {
        expected = "auto, json or text";
        value = text switch { "json" => LogFormat.Json, "text" => LogFormat.Text, _ => LogFormat.Auto };
        return text is "auto" or "json" or "text";
    }

    private static bool TryMode(string text, out Mode? value, out string expected)
    {
        expected = "Enforce, Warn or Audit";
        var known = Enum.TryParse<Mode>(text, ignoreCase: true, out var mode)
            && Enum.GetNames<Mode>().Contains(text, StringComparer.OrdinalIgnoreCase);
        value = mode;
        return known;
    }
}
