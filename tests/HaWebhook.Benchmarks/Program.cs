namespace HaWebhook.Benchmarks;

internal static class Program
{
    // The floor is dispatched before anything else is touched, so that its process loads no command line parser and no BenchmarkDotNet.
    private static Task<int> Main(string[] args) =>
        args is ["floor", .. var rest] ? Floor.RunAsync(rest) : Commands.RunAsync(args);
}
