using System.CommandLine;
using HaWebhook.Auditing.Reports;
using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook audit</c>: what a whole cluster survives, and what is wrong with what is in it.</summary>
internal static class AuditCommand
{
    /// <summary>What most teams label their namespaces with. Kubernetes recommends no label for it: <c>app.kubernetes.io/part-of</c> names an application.</summary>
    private const string TeamLabel = "team";

    public static Command Create()
    {
        var cluster = new ClusterOptions();
        var namespaces = Namespaces();
        var from = From();
        var output = OutputOption.Create(AuditFormat.All);
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var asIf = AsIf();
        var failOn = FailOnOption.Create();
        var team = new Option<string>("--team-label")
        {
            Description = "The label that tells whose an object is, on the object, its pod template or its namespace.",
            HelpName = "KEY",
            DefaultValueFactory = _ => TeamLabel,
        };
        var rules = new RuleOptions([.. RuleSelection.Names, .. ClusterRules.All.Select(rule => rule.Id)]);
        var verbose = new Option<bool>("--verbose") { Description = "Tell in the text also what was not judged, and why." };
        var command = new Command("audit", "Tell what a cluster survives, and what is wrong with what is in it.")
        {
            namespaces, from, output, policy, mode, asIf, failOn, team, rules.Only, rules.Without, verbose,
        };
        cluster.AddTo(command);
        team.Validators.Add(result =>
        {
            if (result.Tokens is [.., { Value: var label }] && (label.Length is 0 or > 317 || label.Any(char.IsWhiteSpace)))
            {
                result.AddError($"--team-label must be the key of a label, such as {TeamLabel}, not '{label}'");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(from) is { Implicit: false } && cluster.IsGiven(result))
            {
                result.AddError("--from is about manifests, and --kubeconfig and --context about a cluster: leave out one of them");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var run = new AuditRun(new()
            {
                From = parsed.GetValue(from)!,
                Namespaces = parsed.GetValue(namespaces)!,
                Reports = parsed.GetValue(output)!,
                Policy = parsed.GetValue(policy),
                Mode = parsed.GetValue(mode),
                AsIf = parsed.GetValue(asIf),
                FailOn = FailOnOption.ActionOf(parsed.GetValue(failOn)!),
                TeamLabel = parsed.GetValue(team)!,
                Rules = rules.SelectionOf(parsed),
                IsVerbose = parsed.GetValue(verbose),
            });
            return parsed.GetValue(from)!.Count > 0
                ? Task.FromResult(run.OfManifests())
                : cluster.RunAsync(parsed, client => run.OfClusterAsync(client, cancellation));
        });
        return command;
    }

    private static Option<IReadOnlyList<string>> Namespaces() => Texts(
        "--namespace",
        "-n",
        "Only this namespace. May be given several times; all without it.",
        "NAME",
        name => CommandOptions.TryName(name, out _, out var expected) ? null : $"--namespace must be {expected}, not '{name}'");

    private static Option<IReadOnlyList<string>> From() => Texts(
        "--from",
        null,
        "Manifests in place of a cluster: a file, a directory, or - for standard input. May be given several times.",
        "PATH",
        path => path.Length > 0 ? null : "--from must be a path");

    private static Option<IReadOnlyList<string>> Texts(string name, string? alias, string description, string helpName, Func<string, string?> problemOf)
    {
        var option = new Option<IReadOnlyList<string>>(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
            CustomParser = result => [.. result.Tokens.Select(token => token.Value).Distinct(StringComparer.Ordinal)],
        };
        option.Validators.Add(result =>
        {
            foreach (var problem in result.Tokens.Select(token => problemOf(token.Value)).OfType<string>())
            {
                result.AddError(problem);
            }
        });
        return option;
    }

    private static Option<Mode?> AsIf()
    {
        Mode[] modes = [Mode.Enforce, Mode.Warn];
        return new("--as-if")
        {
            Description = "Tell also what this mode would refuse or warn about: Enforce or Warn.",
            HelpName = "MODE",
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
                if (Array.FindIndex(modes, mode => mode.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index)
                {
                    return modes[index];
                }

                result.AddError($"--as-if must be Enforce or Warn, not '{text}'");
                return null;
            },
        };
    }
}
