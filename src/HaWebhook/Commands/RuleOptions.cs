using System.CommandLine;
using System.CommandLine.Parsing;
using HaWebhook.Checking;
using HaWebhook.Policy;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Commands;

/// <summary>The options that say which rules a run is about.</summary>
/// <param name="names">The rules that the command knows.</param>
internal sealed class RuleOptions(IReadOnlyList<string> names)
{
    /// <summary>The only rules.</summary>
    public Option<IReadOnlyList<string>> Only { get; } =
        Create("--rule", "Only this rule, be it one that judges or one that fills in. May be given several times, or as a list with commas.", names);

    /// <summary>The rules that are left out.</summary>
    public Option<IReadOnlyList<string>> Without { get; } =
        Create("--exclude-rule", "Not this rule. May be given several times, or as a list with commas.", names);

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="CommandException">It leaves no rule.</exception>
    public RuleSelection SelectionOf(ParseResult parsed)
    {
        var selection = new RuleSelection(parsed.GetValue(Only)!, parsed.GetValue(Without)!);
        return names.Any(selection.Includes) ? selection : throw new CommandException("--rule and --exclude-rule leave no rule");
    }

    private static Option<IReadOnlyList<string>> Create(string name, string description, IReadOnlyList<string> names) => new(name)
    {
        Description = description,
        HelpName = "ID",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result => Parse(result, name, names),
    };

    private static List<string> Parse(ArgumentResult result, string name, IReadOnlyList<string> names)
    {
        var rules = new List<string>();
        foreach (var rule in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (names.Contains(rule))
            {
                rules.Add(rule);
            }
            else
            {
                var hint = NearestName.Hint(rule, names);
                var more = hint.Length > 0 ? hint : $"; the rules are {string.Join(", ", names)}";
                result.AddError($"{name}: there is no rule {SingleLine.Of(rule)}{more}");
            }
        }

        return rules;
    }
}
