using System.CommandLine;
using System.CommandLine.Parsing;

namespace HaWebhook.Commands;

/// <summary>An option that can also be given as an environment variable: <c>--health-port</c> as <c>HAWEBHOOK_HEALTH_PORT</c>.</summary>
internal static class EnvironmentOption
{
    /// <summary>
    /// The prefix is one word on purpose: a Service named ha-webhook makes Kubernetes set HA_WEBHOOK_PORT, and others like it, in every pod.
    /// </summary>
    private const string Prefix = "HAWEBHOOK_";

    /// <summary>Creates the option.</summary>
    /// <param name="name">Its name, for instance <c>--port</c>.</param>
    /// <param name="description">What it says, for the help text.</param>
    /// <param name="otherwise">Its value where neither the command line nor the environment gives one.</param>
    /// <param name="parse">Reads a value; false where it is none, and then the error completes "… must be".</param>
    public static Option<T> Create<T>(string name, string description, T otherwise, TryParse<T> parse)
    {
        var variable = VariableOf(name);
        T Read(ArgumentResult result, string text, string source)
        {
            if (parse(text, out var value, out var expected))
            {
                return value;
            }

            result.AddError($"{source} must be {expected}, not '{text}'");
            return otherwise;
        }

        return new Option<T>(name)
        {
            Description = $"{description} [{variable}]",
            DefaultValueFactory = result => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? Read(result, text, variable) : otherwise,
            CustomParser = result => Read(result, result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value, name),
        };
    }

    /// <summary>Creates an option that may be given several times; in the environment its values stand in one variable, with commas.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it says, for the help text.</param>
    public static Option<IReadOnlyList<string>> CreateList(string name, string description)
    {
        var variable = VariableOf(name);
        return new Option<IReadOnlyList<string>>(name)
        {
            Description = $"{description} [{variable}]",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            CustomParser = result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                {
                    result.AddError($"{name} must be a name, not ''");
                }

                return [.. result.Tokens.Select(token => token.Value)];
            },
        };
    }

    private static string VariableOf(string name) => Prefix + name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>Reads a value from text, or says what it must be.</summary>
    public delegate bool TryParse<T>(string text, out T value, out string expected);
}
