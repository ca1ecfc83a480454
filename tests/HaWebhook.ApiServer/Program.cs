namespace HaWebhook.ApiServer;

/// <summary>Starts the server by hand, so that <c>kubectl</c> can be pointed at it.</summary>
internal static class Program
{
    private const string Usage = "usage: --port N --kubeconfig FILE [--webhook URL --webhook-ca FILE] [--scaled-objects]";

    public static async Task<int> Main(string[] arguments)
    {
        if (!TryRead(arguments, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync($"{problem}\n{Usage}");
            return 2;
        }

        await using var server = await TestApiServer.StartAsync(options.Port);
        if (options.ScaledObjects)
        {
            server.ServeScaledObjects();
        }

        if (options.Webhook is not null)
        {
            server.AddWebhook(options.Webhook, await File.ReadAllTextAsync(options.WebhookAuthority!));
        }

        if (options.Kubeconfig is not null)
        {
            await File.WriteAllTextAsync(options.Kubeconfig, server.Kubeconfig());
        }

        Console.WriteLine($"listening on {server.Url}");
        var stopped = new TaskCompletionSource();
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
        await stopped.Task;
        return 0;

        void Stop(System.Runtime.InteropServices.PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }

    private static bool TryRead(string[] arguments, out Options options, out string problem)
    {
        options = new();
        problem = "";
        for (var index = 0; index < arguments.Length; index++)
        {
            var name = arguments[index];
            if (name == "--scaled-objects")
            {
                options = options with { ScaledObjects = true };
                continue;
            }

            var value = index + 1 < arguments.Length ? arguments[++index] : null;
            switch (name)
            {
                case "--port" when ushort.TryParse(value, out var port):
                    options = options with { Port = port };
                    break;
                case "--kubeconfig" when value is not null:
                    options = options with { Kubeconfig = value };
                    break;
                case "--webhook" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == "https":
                    options = options with { Webhook = url };
                    break;
                case "--webhook-ca" when File.Exists(value):
                    options = options with { WebhookAuthority = value };
                    break;
                default:
                    problem = value is null ? $"{name} is not an option, or lacks its value" : $"{name} cannot be {value}";
                    return false;
            }
        }

        problem = options.Webhook is null == (options.WebhookAuthority is null) ? "" : "--webhook and --webhook-ca go together";
        return problem.Length == 0;
    }

    private sealed record Options
    {
        public int Port { get; init; }

        public string? Kubeconfig { get; init; }

        public Uri? Webhook { get; init; }

        public string? WebhookAuthority { get; init; }

        public bool ScaledObjects { get; init; }
    }
}
